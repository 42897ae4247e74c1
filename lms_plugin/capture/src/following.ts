/** What is known of this person's reports, and asking where they stand. */

import type { Host, Status, Stored } from './host';
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
}

const SLOWEST = 300;
const ON_ERROR = 15;
/** How many a page remembers for the next one, and the host is asked about at once. */
const MOST = 20;

/** Follows reports: listens to the queue, asks the host, and draws whoever looks. */
export class Following {
    readonly all = new Map<string, Followed>();
    readonly #watchers = new Set<() => void>();
    readonly #host: Host;
    readonly #queue: Queue;
    readonly #key: string;
    #timer = 0;
    #errors = 0;

    constructor(host: Host, queue: Queue) {
        this.#host = host;
        this.#queue = queue;
        this.#key = 'nidaa:seen:' + host.person;
        queue.listen((news) => this.#heard(news));
        document.addEventListener('visibilitychange', () => document.hidden || this.#poll(1));
    }

    begin(id: string, symptom: string | null, text: string, more: Partial<Followed> = {}): Followed {
        const followed = { id, symptom, safe: false, unknown: false, stored: null, refused: null, next: 0, reason: '', text, ...more };
        this.all.set(id, followed);
        this.#remember();
        return followed;
    }

    /** What was made on an earlier page of this tab, and what waits in this browser. */
    async recall(): Promise<void> {
        const before = this.#remembered();
        for (const item of await this.#queue.waiting()) {
            const { id, draft, refused, next } = item;
            if ((draft || refused) && !this.all.has(id)) {
                this.begin(id, draft?.symptom ?? null, textOf(item), { safe: true, refused: refused ?? null, next });
            }
        }
        for (const [id, symptom] of before) {
            if (!this.all.has(id)) {
                this.begin(id, symptom, '', { safe: true, unknown: true });
            }
        }
        this.#poll(0);
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
        this.#remember();
    }

    #remember(): void {
        try {
            sessionStorage.setItem(this.#key, JSON.stringify([...this.all.values()].slice(-MOST).map(({ id, symptom }) => [id, symptom])));
        } catch { /* The next page then follows nothing. */ }
    }

    #remembered(): [string, string | null][] {
        try {
            return JSON.parse(sessionStorage.getItem(this.#key) ?? '[]') as [string, string | null][];
        } catch {
            return [];
        }
    }

    #heard(news: News): void {
        const followed = this.all.get(news.id) ?? (news.state === 'refused' ? this.begin(news.id, null, news.text) : null);
        if (!followed) {
            return;
        }
        if (news.state === 'stored') {
            followed.stored = news.stored;
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
            const ids = [...this.all.values()].filter(({ stored, unknown }) => unknown || (stored && !over(stored))).map((one) => one.id);
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
                        next = Math.min(next, status.poll_after);
                    }
                    if (followed.unknown && (!status || over(status))) {
                        this.forget(followed.id); // Its end was seen on the page that it was made on, or is told elsewhere.
                    }
                    followed.unknown = false;
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

export const over = (stored: Stored): boolean => ['closed', 'withdrawn'].includes(stored.state ?? '');
