/**
 * Reports on their way: saved in this browser first, sent second, and kept until the host has stored them.
 *
 * An id is made once and stays on every try, so that the host knows what it has already. One tab sends at a time.
 */

import { type Addition, type Draft, type Host, Refusal, type Stored } from './host';
import { openStorage, type Storage, type Waiting } from './storage';

/** What became of an item; `stored` is null for an addition. */
export type News =
    | { id: string; state: 'stored'; stored: Stored | null }
    | { id: string; state: 'waiting'; next: number; reason: string }
    | { id: string; state: 'refused'; reason: string };

const FIRST_WAIT = 4000;
const LONGEST_WAIT = 120000;
/** How long one try may take: a host that hangs must not hold the queue. */
const PATIENCE = 20000;
const AT_ONCE = 20;

export class Queue {
    private readonly storage: Promise<Storage> = openStorage();
    private readonly listeners = new Set<(news: News) => void>();
    private timer = 0;
    private draining: Promise<void> | null = null;

    constructor(private readonly host: Host) {
        const wake = (): void => void (document.hidden || this.drain(true));
        addEventListener('online', wake);
        document.addEventListener('visibilitychange', wake);
    }

    /** Tells of everything that happens to items; returns how to stop listening. */
    listen(listener: (news: News) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** Saves reports, and begins to send them. Resolves when they are safe in this browser; rejects if they are not. */
    async add(...drafts: Draft[]): Promise<void> {
        await this.save(drafts.map((draft) => ({ ...this.blank(draft.id), draft: storable(draft) })));
    }

    /** The same for what is added to a report. */
    async append(addition: Addition): Promise<void> {
        await this.save([{ ...this.blank(addition.id), addition: storable(addition) }]);
    }

    /** This person's items that the host does not have, the oldest first. */
    async waiting(): Promise<Waiting[]> {
        const all = await (await this.storage).all();
        return all.filter((item) => item.person === this.host.person).sort((one, other) => one.at - other.at);
    }

    /** Forgets an item that was refused, once the person has seen it. */
    async forget(id: string): Promise<void> {
        await (await this.storage).remove(id);
        this.mark(await this.waiting());
    }

    /** Sends what is due; `now` also what was to wait a little longer. */
    drain(now = false): Promise<void> {
        return (this.draining ??= this.locked(now).finally(() => { this.draining = null; }));
    }

    private blank(id: string): Waiting {
        return { id, person: this.host.person, at: Date.now(), tries: 0, next: 0 };
    }

    private async save(items: Waiting[]): Promise<void> {
        const storage = await this.storage;
        for (const item of items) {
            await storage.put(item);
        }
        this.mark(items);
        void this.drain().then(() => this.drain());
    }

    /** What the launcher looks at, so that a page without waiting reports loads nothing more. */
    private mark(items: Waiting[]): void {
        try {
            const key = 'nidaa:' + this.host.person;
            if (items.some((item) => !item.refused)) {
                localStorage.setItem(key, '1');
            } else {
                localStorage.removeItem(key);
            }
        } catch { /* A browser that keeps nothing still sends while the page is open. */ }
    }

    private async locked(now: boolean): Promise<void> {
        if (navigator.locks) {
            await navigator.locks.request('nidaa:' + this.host.person, () => this.rounds(now));
        } else {
            await this.rounds(now); // Two tabs may then send the same; the host takes it once.
        }
    }

    private async rounds(now: boolean): Promise<void> {
        clearTimeout(this.timer);
        const until = now ? Infinity : Date.now();
        const due = (await this.waiting()).filter((item) => !item.refused && item.next <= until);
        const reports = due.filter((item) => item.draft);
        for (let at = 0; at < reports.length; at += AT_ONCE) {
            await this.send(reports.slice(at, at + AT_ONCE));
        }
        const left = await this.waiting();
        for (const item of due) {
            if (item.addition && !left.some((other) => other.id === item.addition!.report)) {
                await this.sendAddition(item, item.addition);
            }
        }
        const rest = await this.waiting();
        this.mark(rest);
        const next = Math.min(...rest.filter((item) => !item.refused).map((item) => item.next));
        if (next < Infinity) {
            this.timer = window.setTimeout(() => void this.drain(), Math.max(next - Date.now(), 1000));
        }
    }

    private async send(items: Waiting[]): Promise<void> {
        const answers = await patiently(this.host.send(items.map((item) => item.draft!))).catch((error: unknown) => error);
        for (const [at, item] of items.entries()) {
            const answer = Array.isArray(answers) ? (answers[at] as Stored | Error | undefined) : answers;
            if (answer && !(answer instanceof Error)) {
                await this.settle(item, { id: item.id, state: 'stored', stored: answer as Stored });
            } else {
                await this.failed(item, answer);
            }
        }
    }

    private async sendAddition(item: Waiting, addition: Addition): Promise<void> {
        try {
            await patiently(this.host.add(addition));
            await this.settle(item, { id: item.id, state: 'stored', stored: null });
        } catch (error) {
            await this.failed(item, error);
        }
    }

    private async settle(item: Waiting, news: News): Promise<void> {
        await (await this.storage).remove(item.id);
        this.tell(news);
    }

    /** Only a final "no" takes an item off its way, and even then the person keeps the text. */
    private async failed(item: Waiting, error: unknown): Promise<void> {
        const reason = error instanceof Refusal ? error.reason : '';
        if (error instanceof Refusal && error.final) {
            await (await this.storage).put({ ...item, refused: reason });
            this.tell({ id: item.id, state: 'refused', reason });
            return;
        }
        const wait = Math.min(FIRST_WAIT * 2 ** item.tries, LONGEST_WAIT) * (0.75 + Math.random() / 2);
        const next = Date.now() + wait;
        await (await this.storage).put({ ...item, tries: item.tries + 1, next });
        this.tell({ id: item.id, state: 'waiting', next, reason });
    }

    private tell(news: News): void {
        this.listeners.forEach((listener) => listener(news));
    }
}

/** Without what no database takes (NUL, half a character): one such text would hold up all that is sent with it. */
function storable<T>(said: T): T {
    return JSON.parse(JSON.stringify(said, (_, value: unknown) =>
        (typeof value === 'string' ? value.replace(/[\0\ud800-\udfff]/gu, '\ufffd') : value))) as T;
}

function patiently<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, new Promise<never>((_, reject) => setTimeout(() => reject(new Error('slow')), PATIENCE))]);
}
