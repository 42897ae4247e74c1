/** What is known of this person's reports, and asking where they stand. */

import type { Host, Said, Status, Stored } from './host';
import { type News, type Queue, textOf } from './queue';

export interface Followed {
    id: string;
    symptom: string | null;
    /** Whether this browser holds it safely. */
    safe: boolean;
    /** Made on an earlier page, and the host has not said yet where it stands. */
    unknown: boolean;
    stored: Stored | Status | null;
    refused: string | null;
    /** When it is tried again, in milliseconds; 0 while it is tried for the first time. */
    next: number;
    /** A word on why it waits, in the person's language. */
    reason: string;
    text: string;
    /** When it was made, in milliseconds, and of which room; null where that is unknown or there is none. */
    at: number;
    room: string | null;
    /** What the person has said here of whether it works again, until the host has heard it. */
    answered?: boolean | undefined;
}

const SLOWEST = 300;
const ON_ERROR = 15;
/** How many a page remembers for the next one, and the host is asked about at once. */
const MOST = 20;
/** How long it is remembered: a class and its breaks. */
const LATELY = 6 * 3600e3;

/** How long another tab may take to send what is remembered. */
const SENDING = 60e3;

/** As it is remembered: id, symptom, when, room. */
type Remembered = [string, string | null, number, string | null];

/** Follows reports: listens to the queue, asks the host, and draws whoever looks. */
export class Following {
    readonly all = new Map<string, Followed>();
    readonly #watchers = new Set<() => void>();
    readonly #host: Host;
    readonly #queue: Queue;
    readonly #key: string;
    /** When what has stood in the open panel was said; the words themselves are not kept. */
    #read: string[] = [];
    #timer = 0;
    #errors = 0;

    constructor(host: Host, queue: Queue) {
        this.#host = host;
        this.#queue = queue;
        this.#key = 'nidaa:' + host.person + ':seen';
        queue.listen((news) => this.#heard(news));
        document.addEventListener('visibilitychange', () => document.hidden || this.#poll(1));
    }

    begin(id: string, symptom: string | null, text: string, more: Partial<Followed> = {}): Followed {
        const followed = { id, symptom, safe: false, unknown: false, stored: null, refused: null, next: 0, reason: '', text, at: Date.now(), room: null, ...more };
        this.all.set(id, followed);
        const rows = this.#remembered();
        if (!rows.some(([one]) => one === id)) {
            this.#remember([...rows, [id, symptom, followed.at, followed.room]]);
        }
        return followed;
    }

    /** What was made lately on another page, and what waits in this browser. */
    async recall(): Promise<void> {
        const before = this.#remembered();
        try {
            this.#read = JSON.parse(localStorage.getItem(this.#key + ':read')!) ?? this.#read;
        } catch { /* It is said again. */ }
        const waiting = await this.#queue.waiting();
        for (const item of waiting) {
            const { id, draft, refused, next, at } = item;
            if ((draft || refused) && !this.all.has(id)) {
                this.begin(id, draft?.symptom ?? null, textOf(item), { safe: true, refused: refused ?? null, next, at, room: draft?.room ?? null });
            }
        }
        for (const [id, symptom, at, room] of before) {
            if (!this.all.has(id) && this.here(room)) {
                this.begin(id, symptom, '', { safe: true, unknown: true, at, room });
            }
        }
        for (const one of this.all.values()) { // What another tab has sent.
            one.unknown ||= one.safe && !one.stored && !one.refused && !waiting.some(({ id }) => id === one.id);
        }
        this.#remember(this.#remembered()); // Without what is too old.
        this.#poll(0);
    }

    /** Whether a room is one of this page's. Of others nothing stands on the screen, and what is asked for counts as shown. */
    here(room: string | null): boolean {
        const { here } = this.#host;
        return !room || !here || [here.room, ...here.rooms.map(({ id }) => id)].includes(room);
    }

    /** What the person was told of these reports and has not had in the open panel, once each, oldest first. */
    unread(...some: Followed[]): Said[] {
        const said = some.flatMap(({ stored }) => (stored as Status | null)?.said ?? []).filter(({ at }) => !this.#read.includes(at));
        return [...new Map(said.map((one) => [one.at, one])).values()].sort((one, other) => (one.at < other.at ? -1 : 1));
    }

    /** All that was said of a report stands in the open panel. */
    read(followed: Followed): void {
        const fresh = this.unread(followed);
        if (fresh.length) {
            this.#read.push(...fresh.map(({ at }) => at));
            try {
                localStorage.setItem(this.#key + ':read', JSON.stringify(this.#read.slice(-99)));
            } catch { /* The next page then says it again. */ }
            this.draw();
        }
    }

    watch(watcher: () => void): () => void {
        this.#watchers.add(watcher);
        return () => this.#watchers.delete(watcher);
    }

    draw(): void {
        this.#watchers.forEach((watcher) => watcher());
    }

    /** What the person has seen the end of. */
    forget(id: string): void {
        this.all.delete(id);
        this.#remember(this.#remembered().filter(([one]) => one !== id));
    }

    /** For the next page, whose launcher looks whether anything stands there. Other tabs do the same: what they wrote stays. */
    #remember(rows: Remembered[]): void {
        try {
            if (rows.length) {
                localStorage.setItem(this.#key, JSON.stringify(rows.slice(-MOST)));
            } else {
                localStorage.removeItem(this.#key);
            }
        } catch { /* The next page then follows nothing. */ }
    }

    #remembered(): Remembered[] {
        try {
            return (JSON.parse(localStorage.getItem(this.#key) ?? '[]') as Remembered[]).filter(([, , at]) => at > Date.now() - LATELY);
        } catch {
            return [];
        }
    }

    #heard(news: News): void {
        const followed = this.all.get(news.id) ?? (news.state === 'refused' ? this.begin(news.id, null, news.text) : null);
        if (!followed) {
            this.#poll(1); // What was added may have changed where it stands.
            return;
        }
        if (news.state === 'stored') {
            followed.stored = news.stored;
            followed.unknown = false;
            this.#poll(news.stored?.delivered ? 5 : 2);
        } else if (news.state === 'refused') {
            followed.refused = news.reason || '…';
            followed.text ||= news.text;
        } else {
            followed.next = news.next;
            followed.reason = news.reason;
        }
        this.draw();
    }

    /** Asks in so many seconds where the reports stand; never while nobody can see it, and less often where no answer comes. */
    #poll(seconds: number): void {
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(async () => {
            const ids = [...this.all.values()].filter((one) =>
                (one.unknown || (one.stored && !over(one.stored))) && this.here(one.room)).map((one) => one.id);
            if (document.hidden || !ids.length) {
                return;
            }
            let next = SLOWEST;
            try {
                const found = await this.#host.status(ids.slice(-MOST));
                for (const followed of this.all.values()) {
                    const status = found.find((one) => one.id === followed.id);
                    if (status) {
                        followed.stored = status;
                        followed.answered = asked(status) ? followed.answered : undefined;
                        next = Math.min(next, status.poll_after);
                    }
                    if (followed.unknown && (status ? over(status) && !this.unread(followed).length : followed.at < Date.now() - SENDING)) {
                        this.forget(followed.id); // Its end was seen on the page that it was made on, or is told elsewhere.
                    } else if (followed.unknown && !status) {
                        next = ON_ERROR; // Another tab may be sending it.
                    }
                    followed.unknown &&= !status;
                }
                this.#errors = 0;
                this.draw();
            } catch {
                next = ON_ERROR * 2 ** this.#errors++; // The line stays as it is known.
            }
            this.#poll(Math.min(Math.max(next, 2), SLOWEST));
        }, seconds * 1000);
    }
}

const asked = (stored: Stored | Status | null): boolean => !!stored && 'asks_works' in stored && !!stored.asks_works;

/** Whether the person is asked if it works again. */
export const asks = ({ stored, answered }: Followed): boolean => asked(stored) && answered === undefined;

/** Whether nothing more is to be told of it, or asked. */
export const over = (stored: Stored | Status): boolean => ['closed', 'withdrawn'].includes(stored.state ?? '') && !asked(stored);
