/** What became of a report, in one line that follows the queue. */

import type { App } from '../app';
import { referenceOf } from '../reference';
import { code, el } from '../ui';

/** Never says more than is known: "arrived" is the sidecar's word, "kept" the host's, "saved" this browser's. */
export function outcome({ queue, t }: App, id: string, then?: (state: string) => void): HTMLElement {
    const reference = code(referenceOf(id));
    const words = el('span', null, t('sending'));
    const node = el('span', { class: 'outcome' }, words, ' · ', reference);
    const stop = queue.listen((news) => {
        if (news.id !== id) {
            return;
        }
        node.dataset.state = news.state;
        if (news.state === 'stored') {
            reference.textContent = news.stored?.reference ?? reference.textContent;
            words.textContent = t(news.stored?.delivered ? 'sent' : 'on_way');
            stop();
        } else {
            if (news.state === 'refused') {
                stop();
                void queue.forget(id); // What it said stands in the same line; no use in keeping it on a shared computer.
            }
            words.textContent = [t(news.state === 'refused' ? 'refused' : 'saved'), news.reason].filter(Boolean).join(': ');
        }
        then?.(news.state);
    });
    return node;
}
