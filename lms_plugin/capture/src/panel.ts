/** The panel: a card at the corner, on phones a sheet from below. A modal dialog: focus stays inside and returns. */

import x from 'icon:x';
import back from 'icon:arrow-left';
import type { View } from './app';
import { el, icon } from './ui';
import type { Words } from './words';

export class Panel {
    readonly #dialog: HTMLDialogElement;
    readonly #trail: (() => View)[] = [];
    #view: View | null = null;
    /** Where focus was, also when the button that was pressed has gone meanwhile. */
    #came: HTMLElement | null = null;

    constructor(
        private readonly root: ShadowRoot, private readonly t: Words, private readonly left: () => void,
    ) {
        this.#dialog = el('dialog', {
            class: 'panel', 'aria-labelledby': 'nd-title', lang: t.language, dir: t.language === 'ar' ? 'rtl' : 'ltr',
            onclose: () => this.#closed(),
            onclick: (event: MouseEvent) => event.target === this.#dialog && this.#outside(event) && this.close(),
        });
        root.append(this.#dialog);
    }

    get isOpen(): boolean {
        return this.#dialog.open;
    }

    /** Shows a view; what was shown before is one step back, unless `instead`. */
    show(make: () => View, instead = false): void {
        this.#trail.splice(instead ? -1 : this.#trail.length, 1, make);
        this.#draw();
    }

    /** One step back; out of the panel from its first view. */
    back(): void {
        this.#trail.pop();
        if (this.#trail.length) {
            this.#draw();
        } else {
            this.close();
        }
    }

    close(): void {
        this.#dialog.close();
    }

    /** Draws a view anew, if it is the one that stands there, and leaves the keyboard where it was. */
    redraw(make: () => View): void {
        if (this.#trail[this.#trail.length - 1] === make) {
            const at = [...this.#dialog.querySelectorAll('button,select')].indexOf(this.root.activeElement as HTMLElement);
            this.#draw();
            if (at > 0) {
                this.#dialog.querySelectorAll<HTMLElement>('button,select')[at]?.focus();
            }
        }
    }

    #draw(): void {
        this.#view?.leave?.();
        const view = (this.#view = this.#trail[this.#trail.length - 1]!());
        const title = el('h2', { id: 'nd-title', tabindex: -1 }, view.title);
        this.#dialog.classList.toggle('wide', !!view.wide);
        this.#dialog.replaceChildren(
            el('div', { class: 'head' },
                this.#trail.length > 1 && this.#button(back, 'back', () => this.back(), true),
                title,
                this.#button(x, 'close', () => this.close())),
            el('div', { class: 'body' }, view.node));
        if (!this.#dialog.open) {
            this.#came = (this.root.activeElement ?? document.activeElement) as HTMLElement | null;
            this.#dialog.showModal();
        }
        (view.focus ?? title).focus();
    }

    #button(shape: string, word: string, press: () => void, flip = false): HTMLElement {
        return el('button', { type: 'button', class: 'bare', 'aria-label': this.t(word), onclick: press }, icon(shape, flip));
    }

    #outside(event: MouseEvent): boolean {
        const box = this.#dialog.getBoundingClientRect();
        return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    }

    #closed(): void {
        this.#view?.leave?.();
        this.#view = null;
        this.#trail.length = 0;
        this.#dialog.replaceChildren();
        if (this.#came?.isConnected) {
            this.#came.focus();
        }
        this.left();
    }
}
