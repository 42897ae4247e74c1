/** Two taps: the button, then what happened. Everything else is one step further. */

import micOff from 'icon:mic-off';
import volumeX from 'icon:volume-x';
import videoOff from 'icon:video-off';
import door from 'icon:door-open';
import screenOff from 'icon:screen-share-off';
import gauge from 'icon:gauge';
import userX from 'icon:user-x';
import captions from 'icon:captions-off';
import help from 'icon:circle-help';
import type { App, View } from './app';
import type { Following } from './following';
import { named, standing } from './follow';
import type { Symptom } from './host';
import { newId } from './reference';
import { ago, bdi, el, icon } from './ui';

const FIRST: [Symptom, string][] = [
    ['no_mic', micOff], ['no_sound', volumeX], ['no_video', videoOff], ['cannot_join', door], ['no_screen_share', screenOff],
    ['slow', gauge],
];
const MORE: [Symptom, string][] = [['trainer_absent', userX], ['no_captions', captions], ['other', help]];
/** How many earlier reports stand above what may be reported next. */
const RECENT = 3;

/** The flows that are one step further, loaded when somebody goes there. */
export type Further = 'log' | 'gaps' | 'request' | 'contact';

/** The first view. `further` loads a flow and shows it; `asked` is how far the host's answer is. */
export function press(app: App, following: Following, further: (flow: Further) => void, asked: string): View {
    const { t, context, panel } = app;
    const { links, can, rooms } = context;
    const button = (kind: string, word: string | HTMLElement, onclick: () => void): HTMLElement =>
        el('button', { type: 'button', class: kind, onclick }, word);
    const symptoms = (room: string, ...more: (HTMLElement | false | '' | undefined)[]): HTMLElement[] => {
        const buttons = new Map<string, HTMLElement>();
        const grid = (some: [Symptom, string][]): HTMLElement => el('div', { class: 'grid' }, some.map(([symptom, shape]) => {
            const one = el('button', { type: 'button', onclick: () => void report(app, following, symptom, room) },
                icon(shape), el('span', null, t(symptom)));
            buttons.set(symptom, one);
            return one;
        }));
        const first = el('div', { class: 'stack' }, el('p', null, t('choose')), grid(FIRST));
        const others = grid(MORE);
        void (can.log || app.known(room).then((known) => {
            const rows = known.flatMap(({ symptom, since, people, declared }) => {
                const mine = [...following.all.values()].some((one) =>
                    one.symptom === symptom && one.room === room && !one.refused && standing(one) !== 'step4');
                const one = buttons.get(symptom);
                const what = one && { what: t(symptom), ago: ago(t, since) };
                return mine || !one ? [] : el('div', { class: 'note' }, one.firstChild!.cloneNode(true), el('div', { class: 'row' },
                    el('p', null, el('b', null, declared ? t('manager_knows', 0, what) : what!.what + ' · ' + what!.ago), people && '. ' + t('others', people)),
                    button('quiet', t('me_too'), () => one.click())));
            });
            beside(first, rows.slice(0, RECENT));
        }));
        return [
            first,
            el('div', { class: 'foot' },
                button('link', t('other'), () => panel.show(() => ({ title: t('other'), node: others }))), more),
        ];
    };
    const room = context.room ?? (rooms.length === 1 ? rooms[0]!.id : null);
    const others = [
        ...(['request', 'gaps', 'contact'] as const).map((flow) => button('link', t(flow), () => further(flow))),
        ...(['mine', 'board', 'questions', 'desk'] as const).map((page) => links[page] &&
            el('a', { class: 'link', href: links[page], target: '_blank', rel: 'noopener' }, t(page))),
    ];
    const node = el('div', { class: 'stack' },
        [...following.all.values()].slice(-RECENT).map((one) => button(one.refused ? 'quiet note late' : 'quiet',
            el('span', null, t(standing(one)), ' · ', one.symptom ? t(one.symptom) : named(one)),
            () => panel.show(() => app.follow(one.id)))),
        can.log && button('main', t('log'), () => further('log')),
        asked === 'unreachable' && el('p', { class: 'note soon', role: 'status' }, t('unreachable')),
        asked === 'loading' && !room && !rooms.length && el('p', { role: 'status' }, t('loading')),
        room ? symptoms(room, ...others) : [
            // On the course's page nothing is chosen beforehand: reported of the wrong room it would help nobody.
            rooms.length > 0 && el('p', null, t('which')),
            rooms.map((one) => button('quiet', bdi(one.name), () => panel.show(() =>
                ({ title: one.name, node: el('div', { class: 'stack' }, symptoms(one.id)) })))),
            el('div', { class: 'foot' }, others),
        ],
        el('p', { class: 'fine' }, t('notice')));
    return { title: t('what'), node };
}

/**
 * What a room knows already stands above its symptoms. It may come late, and then moves nothing under a finger: where the panel
 * has no room left to grow, it stands below them.
 */
function beside(symptoms: HTMLElement, known: HTMLElement[]): void {
    const top = (): number => Math.round(symptoms.getBoundingClientRect().top);
    const stood = top();
    symptoms.before(...known);
    if (top() !== stood) {
        symptoms.after(...known);
    }
}

/** Saved first; the next view stands before any network is asked. */
async function report(app: App, following: Following, symptom: Symptom, room: string): Promise<void> {
    const id = newId();
    const followed = following.begin(id, symptom, '', { room });
    const kept = app.queue.add({
        id, kind: 'session_problem', symptom, room, occurred_at: new Date().toISOString(), locale: app.t.language,
        diagnostics: app.diagnostics(),
    });
    app.panel.show(() => app.follow(id), true);
    await kept.then(() => { followed.safe = true; }, () => undefined);
    following.draw();
}
