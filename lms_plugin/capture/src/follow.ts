/** What follows a report: saved, arrived, seen, in hand, solved; and what the person may add. */

import check from 'icon:check';
import device from 'icon:smartphone';
import bulb from 'icon:lightbulb';
import type { App, View } from './app';
import type { Status, Stored } from './host';
import type { News } from './queue';
import { newId, referenceOf } from './reference';
import { code, el, field, icon } from './ui';

/** What is known of the reports made while this page is open. */
export interface Followed {
    id: string;
    symptom: string | null;
    /** Whether this browser holds it safely. */
    safe: boolean;
    stored: Stored | Status | null;
    refused: string | null;
    /** When it is tried again, in milliseconds; 0 while it is being tried. */
    next: number;
    /** A word on why it waits, in the person's language. */
    reason: string;
    text: string;
}

const SLOWEST = 300;
const ON_ERROR = 30;

/** Follows reports: listens to the queue, asks the host, and draws whoever looks. */
export class Following {
    readonly all = new Map<string, Followed>();
    private readonly watchers = new Set<() => void>();
    private timer = 0;

    constructor(private readonly app: App) {
        app.queue.listen((news) => this.heard(news));
        document.addEventListener('visibilitychange', () => document.hidden || this.poll(1));
    }

    begin(id: string, symptom: string | null, text: string): Followed {
        const followed = { id, symptom, safe: false, stored: null, refused: null, next: 0, reason: '', text };
        this.all.set(id, followed);
        return followed;
    }

    watch(watcher: () => void): () => void {
        this.watchers.add(watcher);
        return () => this.watchers.delete(watcher);
    }

    draw(): void {
        this.watchers.forEach((watcher) => watcher());
    }

    private heard(news: News): void {
        const followed = this.all.get(news.id);
        if (!followed) {
            return;
        }
        if (news.state === 'stored') {
            followed.stored = news.stored;
            this.poll(news.stored?.delivered ? 5 : 2);
        } else if (news.state === 'refused') {
            followed.refused = news.reason || '…';
        } else {
            followed.next = news.next;
            followed.reason = news.reason;
        }
        this.draw();
    }

    /** Asks in so many seconds where the reports stand; never while nobody can see it. */
    private poll(seconds: number): void {
        clearTimeout(this.timer);
        this.timer = window.setTimeout(async () => {
            const ids = [...this.all.values()].filter((one) => one.stored && !over(one.stored)).map((one) => one.id);
            if (document.hidden || !ids.length) {
                return;
            }
            let next = ON_ERROR;
            try {
                for (const status of await this.app.host.status(ids.slice(-20))) {
                    const followed = this.all.get(status.id);
                    if (followed) {
                        followed.stored = status;
                    }
                    next = Math.min(next, status.poll_after);
                }
                this.draw();
            } catch { /* The line simply stays as it is known. */ }
            this.poll(Math.min(Math.max(next, 2), SLOWEST));
        }, seconds * 1000);
    }
}

const over = (stored: Stored): boolean => ['closed', 'withdrawn'].includes(stored.state ?? '');

/** How far along the four steps a report is: 1 arrived, 2 seen, 3 in hand, 4 solved. */
export function stepOf(stored: Stored | Status): number {
    const happened = 'timeline' in stored ? stored.timeline.map((one) => one.what) : [];
    const since = (what: string): boolean => happened.lastIndexOf(what) > happened.lastIndexOf('reopen');
    const state = stored.state ?? '';
    if (['resolved', 'closed'].includes(state) || since('solve')) {
        return 4;
    }
    if (['in_progress', 'referred', 'waiting', 'reopened'].includes(state) || since('pick_up')) {
        return 3;
    }
    return happened.includes('see') ? 2 : 1;
}

export function follow(app: App, following: Following, id: string): View {
    const { t } = app;
    const followed = following.all.get(id)!;
    const live = el('div', { class: 'stack', 'aria-live': 'polite' });
    const asked = Date.now();
    const draw = (): void => live.replaceChildren(...lines(app, followed, asked));
    const slow = setTimeout(draw, 2500); // Whoever waits that long is told that the report is safe.
    const unwatch = following.watch(draw);
    draw();
    const inRoom = followed.symptom !== null;
    const rest = el('div', { class: 'stack' },
        inRoom && el('div', { class: 'note' }, icon(bulb),
            el('p', null, el('b', null, t('try')), ' ', t(hint(app, followed.symptom!)))),
        el('button', { type: 'button', class: 'main', onclick: () => app.panel.close() }, t(inRoom ? 'return' : 'close')),
        el('button', { type: 'button', class: 'link', onclick: () => app.panel.show(() => detail(app, followed)) }, t('detail')));
    return {
        title: t(inRoom ? followed.symptom! : 'progress'),
        node: el('div', { class: 'stack' }, live, rest),
        leave: () => {
            clearTimeout(slow);
            unwatch();
        },
    };
}

function lines(app: App, followed: Followed, asked: number): HTMLElement[] {
    const { t } = app;
    const { stored } = followed;
    const reference = el('p', { class: 'fine' }, t('reference'), ' ', code(stored?.reference ?? referenceOf(followed.id)));
    if (followed.refused) {
        return [
            note('late', device, t('refused'), followed.refused),
            ...(followed.text ? [el('p', null, t('refused_more')), el('p', { class: 'said', dir: 'auto' }, followed.text)] : []),
            el('button', { type: 'button', class: 'quiet', onclick: () => {
                void app.queue.forget(followed.id).then(() => app.panel.back());
            } }, t('discard')),
        ];
    }
    if (!stored) {
        const waiting = followed.next > 0 || Date.now() - asked > 2400;
        const seconds = Math.max(0, Math.round((followed.next - Date.now()) / 1000));
        return [
            note(waiting ? 'soon' : '', device, t(waiting ? 'saved' : 'sending'),
                waiting && (followed.reason || t(followed.safe ? 'saved_more' : 'lost'))),
            reference,
            ...(followed.next ? [el('p', { class: 'row' }, el('span', null, t('next_try', seconds)),
                el('button', { type: 'button', class: 'quiet', onclick: () => void app.queue.drain(true) }, t('again')))] : []),
        ];
    }
    if (stored.state === 'parked') {
        return [note('soon', device, t('parked'), t('parked_more')), reference];
    }
    const step = stepOf(stored);
    const others = stored.same_in_room;
    const last = 'timeline' in stored ? stored.timeline[stored.timeline.length - 1]?.text : null;
    const told = [note('good', check, t(stored.delivered ? 'arrived' : 'kept'), !stored.delivered && t('kept_more')), reference];
    if (others !== null && followed.symptom) {
        told.push(el('p', null, t('others', others)));
    }
    if (stored.delivered) {
        told.push(el('ol', { class: 'steps', 'aria-label': t('progress') }, [1, 2, 3, 4].map((one) => el('li', {
            class: one < step ? 'done' : one === step ? 'now' : null, 'aria-current': one === step && 'step',
        }, t('step' + one + (one === 2 && !followed.symptom ? 'b' : ''))))));
    }
    if (last) {
        told.push(el('p', { class: 'fine', dir: 'auto' }, last));
    }
    return told;
}

function note(tone: string, shape: Parameters<typeof icon>[0], title: string, text: string | false | null): HTMLElement {
    return el('div', { class: 'note ' + tone }, icon(shape), el('div', null, el('b', null, title), text && el('p', null, text)));
}

/** The advice that fits what the browser knows; else the symptom's own. */
function hint(app: App, symptom: string): string {
    const facts = app.diagnostics() as { online?: boolean; devices?: { microphones: number } };
    if (facts.online === false) {
        return 'hint_offline';
    }
    return symptom === 'no_mic' && facts.devices?.microphones === 0 ? 'hint_no_device' : 'hint_' + symptom;
}

/** An addition: a report itself never changes. */
function detail(app: App, followed: Followed): View {
    const { t } = app;
    const text = el('textarea', { maxlength: 20000, required: true, dir: 'auto' });
    const done = el('p', { role: 'status' });
    const form = el('form', { onsubmit: (event: Event) => {
        event.preventDefault();
        if (!text.value.trim()) {
            text.focus();
            return;
        }
        const id = newId();
        const unlisten = app.queue.listen((news) => {
            if (news.id === id) {
                done.textContent = news.state === 'stored' ? t('added') : news.state === 'refused' ? news.reason : t('adding');
                unlisten();
            }
        });
        void app.queue.append({ id, report: followed.id, text: text.value }).then(() => {
            done.textContent = t('adding');
            text.value = '';
            text.focus();
        });
    } }, field(t('detail_label'), text), el('button', { class: 'main' }, t('add')), done);
    return { title: t('detail'), node: form, focus: text };
}
