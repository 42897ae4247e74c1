/** Words in the person's language, with the plural forms of that language. */

import type { Language } from './host';

/** A word, or the forms that `Intl.PluralRules` tells apart, by name. */
export type Word = string | Partial<Record<Intl.LDMLPluralRule, string>>;

export type Table = Record<string, Word>;

export interface Words {
    language: Language;
    /** The word for a key; `n` chooses the form and stands for `{n}`, other values for their own names. */
    (key: string, n?: number, values?: Record<string, string>): string;
    /** Digits as the language writes them in a sentence: Arabic-Indic in Arabic. */
    digits(n: number): string;
    /** Adds a flow's own words. */
    learn(tables: Record<Language, Table>): void;
}

export function wordsOf(language: Language, words: Table): Words {
    const table: Table = { ...words };
    const rules = new Intl.PluralRules(language);
    const numbers = new Intl.NumberFormat(language === 'ar' ? 'ar-u-nu-arab' : 'en');
    const say = ((key, n, values = {}) => {
        const word = table[key];
        if (word === undefined) {
            throw new Error(`no word: ${key}`);
        }
        const text = typeof word === 'string' ? word : (word[rules.select(n ?? 0)] ?? word.other ?? '');
        return text.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'n' ? say.digits(n ?? 0) : (values[name] ?? '')));
    }) as Words;
    say.language = language;
    say.digits = (n) => numbers.format(n);
    say.learn = (tables) => void Object.assign(table, tables[language]);
    return say;
}
