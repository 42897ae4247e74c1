/** Every way of reaching the institute (P4), open or closed now, with what may be expected. */

import type { Flow } from '../app';
import type { Contact, ContactWay } from '../host';
import { bdi, code, el } from '../ui';
import type { Words } from '../words';
import ar from './words.ar';
import en from './words.en';
import { moment } from './controls';

const AN_HOUR = 3600000;

export const contact: Flow = ({ t, host, context }) => {
    t.learn({ ar, en });
    const node = el('div', { class: 'stack', role: 'status' }, t('loading'));
    const page = context.links.public;
    const more = page && el('a', { class: 'link', href: page, target: '_blank', rel: 'noopener' }, t('public'));
    const draw = ({ ways, as_of }: Contact): void => {
        if (!ways.length) {
            throw new Error('empty');
        }
        node.replaceChildren(
            ...(Date.now() - Date.parse(as_of) > AN_HOUR ? [el('p', { class: 'fine' }, t('as_of', 0, { at: moment(t, as_of) }))] : []),
            el('ul', { class: 'ways' }, ways.map((one) => way(t, one))), more || '');
    };
    host.contact().then(draw).catch(() => node.replaceChildren(el('p', { class: 'note soon' }, t('no_contact')), more || ''));
    return { title: t('contact'), node };
};

function way(t: Words, { label, address, href, open_now, until, expected }: ContactWay): HTMLElement {
    const at = { at: until ? moment(t, until) : '' };
    const hours = open_now ? (until ? 'open_until' : 'open') : (until ? 'opens' : 'closed');
    return el('li', null,
        el('b', null, label),
        el('span', { class: open_now ? 'tag good' : 'tag' }, t(hours, 0, at)),
        (address || href) && where(address || href!, href),
        el('small', null, expected));
}

/** A link only where it can do nothing but call, write or open a page. */
function where(address: string, href: string | null): HTMLElement {
    const shown = /[؀-ۿ]/.test(address) ? bdi(address) : code(address);
    return /^(tel:|mailto:|https:\/\/)/i.test(href ?? '')
        ? el('a', { class: 'link', href, target: '_blank', rel: 'noopener' }, shown) : shown;
}
