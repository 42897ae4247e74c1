/** What forms need beyond the elements that the core has. */

import { el } from '../ui';
import type { Words } from '../words';

/** Says what is wrong with a control, beside it, and brings the person there; an empty text takes it back. */
export function fault(control: HTMLElement, text: string): void {
    const id = control.id + 'e';
    control.parentElement?.querySelector('#' + id)?.remove();
    control.toggleAttribute('aria-invalid', false);
    if (text) {
        control.setAttribute('aria-invalid', 'true');
        control.setAttribute('aria-errormessage', id);
        control.after(el('p', { id, class: 'fault', role: 'alert' }, text));
        control.focus();
    }
}

/** Options of a `select`: value and label; an empty value is "please choose". */
export const options = (pairs: [string, string][], chosen = ''): HTMLOptionElement[] =>
    pairs.map(([value, label]) => el('option', { value, selected: value === chosen }, label));

/** A time of the day or, on another day, day and time; never with a clock of twelve hours. */
export function moment(words: Words, iso: string): string {
    const at = new Date(iso);
    const sameDay = at.toDateString() === new Date().toDateString();
    const format: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    return new Intl.DateTimeFormat(words.language === 'ar' ? 'ar-SA-u-ca-gregory-nu-latn' : 'en-GB',
        sameDay ? format : { ...format, weekday: 'long', day: 'numeric', month: 'long' }).format(at);
}

/** Latin digits for whatever digits a person types. */
export const latin = (text: string): string =>
    text.replace(/[٠-٩۰-۹]/g, (digit) => String('٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹'.indexOf(digit) % 10));
