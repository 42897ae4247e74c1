/**
 * Where reports wait in this browser: IndexedDB, and where that is refused (private windows, old phones) `localStorage` with a
 * copy in `sessionStorage`, since an LMS may empty the former when somebody signs in: so the tab still has what was made in it.
 */

import type { Addition, Draft } from './host';

/** A report or an addition that the host does not have yet. */
export interface Waiting {
    id: string;
    person: string;
    /** When it was made, in milliseconds: the order in which it is sent. */
    at: number;
    draft?: Draft;
    addition?: Addition;
    tries: number;
    /** Not before, in milliseconds. */
    next: number;
    /** Why the host will never take it; the person still has the text. */
    refused?: string;
}

export interface Storage {
    all(): Promise<Waiting[]>;
    /** Rejects where this browser cannot keep it; it is then held as long as the page is open. */
    put(item: Waiting): Promise<void>;
    remove(id: string): Promise<void>;
}

const NAME = 'nidaa';

export async function openStorage(): Promise<Storage> {
    const kept = await database().catch(plain).catch((): Storage => ({
        all: async () => [], put: () => Promise.reject(new Error('nowhere')), remove: async () => undefined,
    }));
    const held = new Map<string, Waiting>();
    return {
        all: async () => [...new Map([...(await kept.all().catch(() => [])), ...held.values()].map((one) => [one.id, one])).values()],
        put: async (item) => {
            held.set(item.id, item);
            await kept.put(item);
            held.delete(item.id);
        },
        remove: async (id) => {
            held.delete(id);
            await kept.remove(id);
        },
    };
}

async function database(): Promise<Storage> {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(NAME, { keyPath: 'id' });
    const db = await done(opening);
    const store = (mode: IDBTransactionMode) => db.transaction(NAME, mode, { durability: 'strict' }).objectStore(NAME);
    const change = (work: (of: IDBObjectStore) => void): Promise<void> => new Promise((resolve, reject) => {
        const of = store('readwrite');
        of.transaction.oncomplete = () => resolve();
        of.transaction.onabort = () => reject(of.transaction.error);
        work(of);
    });
    return {
        all: async () => done(store('readonly').getAll() as IDBRequest<Waiting[]>),
        put: (item) => change((of) => of.put(item)),
        remove: (id) => change((of) => of.delete(id)),
    };
}

function done<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

function plain(): Storage {
    const places = [sessionStorage, localStorage];
    // The later wins. What another tab sent may come back from this one's copy: it has its id, and the host takes it once.
    const read = (): Record<string, Waiting> => Object.assign({}, ...places.map((one) => JSON.parse(one.getItem(NAME) ?? '{}')));
    const change = async (work: (items: Record<string, Waiting>) => void): Promise<void> => {
        const items = read();
        work(items);
        places.forEach((one) => one.setItem(NAME, JSON.stringify(items)));
    };
    localStorage.setItem(NAME, JSON.stringify(read())); // Throws where this is refused too.
    return {
        all: async () => Object.values(read()),
        put: (item) => change((items) => { items[item.id] = item; }),
        remove: (id) => change((items) => { delete items[id]; }),
    };
}
