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
import type { Symptom } from './host';
import type { Following } from './follow';
import { newId } from './reference';
import { el, field, icon, options } from './ui';

type Shape = Parameters<typeof icon>[0];

const FIRST: [Symptom, Shape][] = [
    ['no_mic', micOff], ['no_sound', volumeX], ['no_video', videoOff], ['cannot_join', door], ['no_screen_share', screenOff],
    ['slow', gauge],
];
const MORE: [Symptom, Shape][] = [['trainer_absent', userX], ['no_captions', captions], ['other', help]];

/** The flows that are one step further, loaded when somebody goes there. */
export type Further = 'log' | 'gaps' | 'request' | 'contact';

/** The first view. `further` loads a flow and shows it; `asked` is how far the host's answer is. */
export function press(app: App, following: Following, further: (flow: Further) => void, asked: string): View {
    const { t, context } = app;
    const rooms = context.rooms;
    let room = context.room ?? rooms[0]?.id ?? null;
    const choice = !context.room && rooms.length > 1 && field(t('room'), el('select', {
        onchange: (event: Event) => { room = (event.target as HTMLSelectElement).value; },
    }, options(rooms.map((one) => [one.id, one.name]), room ?? '')));
    const say = (symptom: Symptom): void => void report(app, following, symptom, room);
    const grid = (symptoms: [Symptom, Shape][]): HTMLElement => el('div', { class: 'grid' }, symptoms.map(([symptom, shape]) =>
        el('button', { type: 'button', onclick: () => say(symptom) }, icon(shape), el('span', null, t(symptom)))));
    const more = (): View => ({ title: t('other'), node: el('div', { class: 'stack' }, grid(MORE)) });
    const entry = (word: string, onclick: () => void): HTMLElement => el('button', { type: 'button', class: 'link', onclick }, t(word));
    const { links, can } = context;
    const node = el('div', { class: 'stack' },
        can.log && el('button', { type: 'button', class: 'main', onclick: () => further('log') }, t('log')),
        asked === 'unreachable' && el('p', { class: 'note soon', role: 'status' }, t('unreachable')),
        asked === 'loading' && room === null && el('p', { role: 'status' }, t('loading')),
        room !== null && [el('p', { class: 'fine' }, t('choose')), choice, grid(FIRST)],
        el('div', { class: 'foot' },
            room !== null && entry('other', () => app.panel.show(more)),
            entry('request', () => further('request')),
            entry('gaps', () => further('gaps')),
            entry('contact', () => further('contact')),
            (['mine', 'board', 'questions', 'desk'] as const).map((page) => links[page] &&
                el('a', { class: 'link', href: links[page], target: '_blank', rel: 'noopener' }, t(page)))),
        el('p', { class: 'fine' }, t('notice')));
    return { title: t('what'), node };
}

/** Saved first; the next view stands before any network is asked. */
async function report(app: App, following: Following, symptom: Symptom, room: string | null): Promise<void> {
    const id = newId();
    const followed = following.begin(id, symptom, '');
    const kept = app.queue.add({
        id, kind: 'session_problem', symptom, room, occurred_at: new Date().toISOString(), locale: app.t.language,
        diagnostics: app.diagnostics(),
    });
    app.panel.show(() => app.follow(id), true);
    await kept.then(() => { followed.safe = true; }, () => undefined);
    following.draw();
}
