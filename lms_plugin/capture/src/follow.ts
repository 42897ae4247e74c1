/** What follows a report: saved, arrived, seen, in hand, solved; and what the person may add. */

import check from 'icon:check';
import device from 'icon:smartphone';
import bulb from 'icon:lightbulb';
import type { App, View } from './app';
import { asks, type Followed, type Following } from './following';
import type { Said, Status, Stored } from './host';
import { newId, referenceOf } from './reference';
import { ago, bdi, code, el, field, icon } from './ui';
import type { Words } from './words';

/** After so long, whoever waits is told that the report is safe. */
const LONG = 2000;

/** How far along the four steps a report is: 1 arrived, 2 seen, 3 in hand, 4 solved. The own page has the same rule. */
function stepOf(stored: Stored | Status, answered: boolean | undefined): number {
    const happened = 'timeline' in stored ? stored.timeline.map((one) => one.what) : [];
    const since = (what: string): boolean =>
        happened.lastIndexOf(what) > Math.max(happened.lastIndexOf('reopen'), happened.lastIndexOf('refuse'));
    const state = answered === false ? 'reopened' : stored.state ?? '';
    if (['resolved', 'closed'].includes(state) || (state !== 'reopened' && since('solve'))) {
        return 4;
    }
    if (['in_progress', 'referred', 'waiting', 'reopened'].includes(state) || since('pick_up')) {
        return 3;
    }
    return happened.includes('see') ? 2 : 1;
}

/** Where a report stands, as a word: never more than is known. */
export function standing(followed: Followed): string {
    const { stored, refused, next, symptom, unknown } = followed;
    if (refused) {
        return 'refused';
    }
    if (!stored) {
        return unknown ? 'loading' : next ? 'saved' : 'sending';
    }
    if (stored.state === 'parked') {
        return 'parked';
    }
    const step = stored.delivered && stepOf(stored, followed.answered);
    return step ? 'step' + step + (step === 2 && !symptom ? 'b' : '') : 'kept';
}

/** The number that people read aloud. */
export const named = ({ id, stored }: Followed): HTMLElement => code(stored?.reference ?? referenceOf(id));

/** The newest of what was said, in two lines at most, and how many more there are. */
export const newest = (t: Words, said: Said[]): Node[] => [
    bdi(said[said.length - 1]!.text), ...(said.length > 1 ? [code('+' + t.digits(said.length - 1))] : []),
];

export function follow(app: App, following: Following, id: string): View {
    const { t, panel, queue } = app;
    const followed = following.all.get(id)!;
    const { symptom } = followed;
    const began = Date.now();
    const live = el('div', { class: 'stack', 'aria-live': 'polite' });
    const countdown = el('span');
    const wait = el('div', { class: 'row' }, countdown,
        el('button', { type: 'button', class: 'quiet', onclick: () => void queue.drain(true) }, t('again')));
    const more = el('button', { type: 'button', class: 'link', onclick: () => panel.show(() => detail(app, followed)) }, t('detail'));
    const answered = el('p', { role: 'status' });
    const answer = (works: boolean): void => {
        followed.answered = works;
        queue.append({ id: newId(), report: id, text: '', works }).then(
            () => { answered.textContent = t(works ? 'works_thanks' : 'fails_thanks'); },
            () => { answered.textContent = t('lost'); },
        );
        draw();
    };
    const ask = el('div', { class: 'note good' }, el('div', null, el('b', null, t('works_ask')), el('div', { class: 'row' },
        el('button', { type: 'button', class: 'main', onclick: () => answer(true) }, t('works')),
        el('button', { type: 'button', class: 'quiet', onclick: () => answer(false) }, t('fails')))));
    const discard = el('button', { type: 'button', class: 'quiet', onclick: () => {
        following.forget(id);
        void queue.forget(id).then(() => panel.back());
    } }, t('discard'));
    const draw = (): void => {
        const { next, stored, refused } = followed;
        put(live, lines(t, followed, Date.now() - began > LONG, began));
        if (panel.isOpen && !document.hidden) {
            following.read(followed);
        }
        countdown.textContent = t('next_try', Math.max(0, Math.round((next - Date.now()) / 1000)));
        wait.hidden = !next || !!stored || !!refused;
        ask.hidden = !asks(followed);
        more.hidden = !!refused;
        discard.hidden = !refused;
    };
    const timer = setInterval(draw, 500);
    const unwatch = following.watch(draw);
    draw();
    return {
        title: t(symptom ?? 'progress'),
        node: el('div', { class: 'stack' }, live, ask, answered, wait, discard,
            symptom && el('div', { class: 'note' }, icon(bulb), el('p', null, el('b', null, t('try')), ' ', t(hint(app, symptom)))),
            el('button', { type: 'button', class: 'main', onclick: () => panel.close() }, t(symptom ? 'return' : 'close')), more),
        leave: () => {
            clearInterval(timer);
            unwatch();
        },
    };
}

/** Draws what has changed, and that alone: what stays is neither read out again nor taken from under the keyboard. */
export function put(node: HTMLElement, children: (Node | string)[]): void {
    const fresh = node.cloneNode() as HTMLElement;
    fresh.append(...children);
    if (!fresh.isEqualNode(node)) {
        node.replaceChildren(...fresh.childNodes);
    }
}

function lines(t: Words, followed: Followed, long: boolean, now: number): HTMLElement[] {
    const { stored, refused, symptom, text } = followed;
    const reference = el('p', null, t('reference'), ' ', named(followed));
    const word = standing(followed);
    if (refused) {
        return [note('late', device, t(word), refused),
            ...(text ? [el('p', null, t('refused_more')), el('p', { class: 'said', dir: 'auto' }, text)] : [])];
    }
    if (!stored) {
        const waits = word === 'saved' || (long && !followed.unknown);
        return [
            note(waits ? 'soon' : '', device, t(waits ? 'saved' : word), waits && (followed.reason || t(followed.safe ? 'saved_more' : 'lost'))),
            reference,
        ];
    }
    if (word === 'parked') {
        return [note('soon', device, t(word), t('parked_more')), reference];
    }
    const { same_in_room: others, delivered } = stored;
    const step = stepOf(stored, followed.answered);
    const told = 'timeline' in stored ? stored : null;
    const last = told && told.timeline[told.timeline.length - 1]?.text;
    return ([
        note('good', check, t(delivered ? 'step1' : word), !delivered && t('kept_more')), reference,
        told?.since && (told.already_known || told.joined_known) && el('p', null, t('known', 0, { ago: ago(t, told.since, now) })),
        others !== null && symptom && el('p', null, t('others', others)),
        delivered && el('ol', { class: 'steps', 'aria-label': t('progress') }, [1, 2, 3, 4].map((one) => el('li', {
            class: one < step ? 'done' : one === step ? 'now' : null, 'aria-current': one === step && 'step',
        }, t('step' + one + (one === 2 && !symptom ? 'b' : ''))))),
        ...[...(told?.said ?? [])].reverse().map((one) => el('p', { class: 'said', dir: 'auto' }, one.text)),
        last && el('p', { class: 'fine', dir: 'auto' }, last),
    ] as (HTMLElement | false | null | undefined)[]).filter((one): one is HTMLElement => !!one);
}

function note(tone: string, shape: string, title: string, text: string | false): HTMLElement {
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
function detail({ t, queue }: App, followed: Followed): View {
    const text = el('textarea', { maxlength: 20000, required: true, dir: 'auto' });
    const done = el('p', { role: 'status' });
    let leave: (() => void) | undefined;
    const form = el('form', { onsubmit: (event: Event) => {
        event.preventDefault();
        const said = text.value;
        if (said.trim()) {
            const id = newId();
            leave?.();
            leave = queue.listen((news) => {
                if (news.id === id) {
                    done.textContent = news.state === 'refused' ? news.reason : t(news.state === 'stored' ? 'added' : 'adding');
                    if (news.state === 'refused') {
                        text.value ||= said;
                    }
                }
            });
            done.textContent = t('adding');
            text.value = '';
            queue.append({ id, report: followed.id, text: said }).catch(() => { done.textContent = t('lost'); });
        }
        text.focus();
    } }, field(t('detail_label'), text), el('button', { class: 'main' }, t('add')), done);
    return { title: t('detail'), node: form, focus: text, leave: () => leave?.() };
}
