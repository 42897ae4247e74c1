/**
 * Reports on their way: saved in this browser first, sent second, and kept until the host has stored them.
 *
 * An id is made once and stays on every try, so that the host knows what it has already. One tab sends at a time.
 */

import { type Addition, type Draft, type Host, Refusal, type Stored } from './host';
import { openStorage, type Waiting } from './storage';

/** What became of an item; `stored` is null for an addition, `text` is what the person had written. */
export type News =
    | { id: string; state: 'stored'; stored: Stored | null }
    | { id: string; state: 'waiting'; next: number; reason: string }
    | { id: string; state: 'refused'; reason: string; text: string };

const FIRST_WAIT = 4000;
const LONGEST_WAIT = 120000;
/** How long one try may take: a host that hangs must not hold the queue. */
const PATIENCE = 20000;
const AT_ONCE = 20;
/** How long a browser is asked to remember that something waits, in seconds: a year, which every browser grants or shortens. */
const REMEMBERED = 31536000;

export class Queue {
    readonly #storage = openStorage();
    readonly #listeners = new Set<(news: News) => void>();
    readonly #host: Host;
    readonly #key: string;
    #timer = 0;
    #draining: Promise<void> | null = null;

    constructor(host: Host) {
        this.#host = host;
        this.#key = 'nidaa:' + host.person;
        const wake = (): void => void (document.hidden || this.drain(true));
        addEventListener('online', wake);
        document.addEventListener('visibilitychange', wake);
    }

    /** Tells of everything that happens to items; returns how to stop listening. */
    listen(listener: (news: News) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /**
     * Saves reports, and begins to send them. Resolves when they are safe in this browser; rejects if they are not, and sends
     * them all the same.
     */
    async add(...drafts: Draft[]): Promise<void> {
        const { place } = this.#host;
        await this.#save(drafts.map((draft) => ({ id: draft.id, draft: { ...draft, place } })));
    }

    /** The same for what is added to a report. */
    async append(addition: Addition): Promise<void> {
        await this.#save([{ id: addition.id, addition }]);
    }

    /** This person's items that the host does not have, the oldest first. */
    async waiting(): Promise<Waiting[]> {
        const all = await (await this.#storage).all();
        return all.filter((item) => item.person === this.#host.person).sort((one, other) => one.at - other.at);
    }

    /** Forgets an item that was refused, once the person has seen it, with what was added to it. */
    async forget(id: string): Promise<void> {
        for (const item of await this.waiting()) {
            if (item.id === id || item.addition?.report === id) {
                await this.#remove(item.id);
            }
        }
        this.#mark(await this.waiting());
    }

    /** Sends what is due; `now` also what was to wait a little longer. */
    drain(now = false): Promise<void> {
        return (this.#draining ??= this.#alone(now).finally(() => { this.#draining = null; }));
    }

    async #save(items: Pick<Waiting, 'id' | 'draft' | 'addition'>[]): Promise<void> {
        const common = { person: this.#host.person, at: Date.now(), tries: 0, next: 0 };
        const saved = await Promise.allSettled(items.map((item) => this.#put({ ...storable(item), ...common })));
        this.#mark(items);
        void this.drain().then(() => this.drain());
        if (saved.some((one) => one.status === 'rejected')) {
            throw new Error('not kept');
        }
    }

    async #put(item: Waiting): Promise<void> {
        await (await this.#storage).put(item);
    }

    async #remove(id: string): Promise<void> {
        await (await this.#storage).remove(id).catch(() => undefined); // The host has it: another try finds it there.
    }

    /**
     * What the launcher looks at, so that a page without waiting reports loads nothing more. A cookie too: an LMS may empty
     * `localStorage` whenever somebody signs in (Moodle does), and a session that ended is why a report waits.
     */
    #mark(items: unknown[]): void {
        try {
            document.cookie = `${encodeURIComponent(this.#key)}=1; path=/; max-age=${items.length ? REMEMBERED : 0}; SameSite=Lax`;
            if (items.length) {
                localStorage.setItem(this.#key, '1');
            } else {
                localStorage.removeItem(this.#key);
            }
        } catch { /* A browser that keeps nothing still sends while the page is open. */ }
    }

    /** One tab at a time; without locks (pages that are not encrypted have none) by a lease. */
    async #alone(now: boolean): Promise<void> {
        if (navigator.locks) {
            return navigator.locks.request(this.#key, () => this.#rounds(now));
        }
        const lease = this.#key + ':lease';
        try {
            if (Number(localStorage.getItem(lease)) > Date.now()) {
                this.#later(FIRST_WAIT);
                return;
            }
            localStorage.setItem(lease, String(Date.now() + PATIENCE));
        } catch { /* Two tabs may then send the same; the host takes it once. */ }
        await this.#rounds(now);
        try {
            localStorage.removeItem(lease);
        } catch { /* As above. */ }
    }

    #later(wait: number): void {
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => void this.drain(), wait);
    }

    async #rounds(now: boolean): Promise<void> {
        const until = now ? Infinity : Date.now();
        const due = (await this.waiting()).filter((item) => !item.refused && item.next <= until);
        const reports = due.filter((item) => item.draft);
        for (let at = 0; at < reports.length; at += AT_ONCE) {
            await this.#send(reports.slice(at, at + AT_ONCE));
        }
        const left = await this.waiting();
        for (const item of due) {
            if (item.addition && !left.some((other) => other.id === item.addition!.report)) {
                await this.#sendAddition(item, item.addition);
            }
        }
        const rest = await this.waiting();
        this.#mark(rest);
        const next = Math.min(...rest.filter((item) => !item.refused).map((item) => item.next));
        clearTimeout(this.#timer);
        if (next < Infinity) {
            this.#later(Math.max(next - Date.now(), 1000));
        }
    }

    async #send(items: Waiting[]): Promise<void> {
        const answers = await patiently(this.#host.send(items.map((item) => item.draft!))).catch((error: unknown) => error);
        for (const [at, item] of items.entries()) {
            const answer = Array.isArray(answers) ? (answers[at] as Stored | Error | undefined) : answers;
            if (answer && !(answer instanceof Error)) {
                await this.#settle(item, { id: item.id, state: 'stored', stored: answer as Stored });
            } else {
                await this.#failed(item, answer);
            }
        }
    }

    async #sendAddition(item: Waiting, addition: Addition): Promise<void> {
        try {
            await patiently(this.#host.add(addition));
            await this.#settle(item, { id: item.id, state: 'stored', stored: null });
        } catch (error) {
            await this.#failed(item, error);
        }
    }

    async #settle(item: Waiting, news: News): Promise<void> {
        await this.#remove(item.id);
        this.#tell(news);
    }

    /** Only a final "no" takes an item off its way, and even then the person keeps the text. */
    async #failed(item: Waiting, error: unknown): Promise<void> {
        const { id } = item;
        const reason = error instanceof Refusal ? error.reason : '';
        const refused = error instanceof Refusal && error.final;
        const wait = Math.min(FIRST_WAIT * 2 ** item.tries, LONGEST_WAIT) * (0.75 + Math.random() / 2);
        const next = Date.now() + wait;
        await this.#put({ ...item, ...(refused ? { refused: reason || '…' } : { tries: item.tries + 1, next }) }).catch(() => undefined);
        this.#tell(refused ? { id, state: 'refused', reason, text: textOf(item) } : { id, state: 'waiting', next, reason });
    }

    #tell(news: News): void {
        this.#listeners.forEach((listener) => listener(news));
    }
}

/** What the person had written, for them to copy. */
export function textOf({ draft, addition }: Waiting): string {
    return [draft?.text, draft?.action_taken, draft?.remedy_sought, addition?.text].filter(Boolean).join('\n\n');
}

/** Without what no database takes (NUL, half a character): one such text would hold up all that is sent with it. */
function storable<T>(said: T): T {
    return JSON.parse(JSON.stringify(said, (_, value: unknown) =>
        (typeof value === 'string' ? value.replace(/[\0\ud800-\udfff]/gu, '\ufffd') : value))) as T;
}

function patiently<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, new Promise<never>((_, reject) => setTimeout(() => reject(new Error('slow')), PATIENCE))]);
}
