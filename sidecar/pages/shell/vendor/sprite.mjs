// Gathers the icons that the pages' templates and views name into one sprite: node sprite.mjs <lucide-static>/icons
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const pages = join(here, '..', '..');
const source = process.argv[2];
const known = new Set(readdirSync(source).filter((f) => f.endsWith('.svg')).map((f) => f.slice(0, -4)));
const wanted = new Set();
// Words that are quoted for other reasons, and are names of icons, too.
const OTHERS = new Set(['activity', 'ad', 'code', 'columns', 'dot', 'group', 'hand', 'info', 'key', 'link', 'list', 'shell', 'target', 'text', 'watch']);

function walk(folder) {
    for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).isDirectory()) {
            walk(path);
        } else if (/\.(html|py)$/.test(name)) {
            for (const [, word] of readFileSync(path, 'utf8').matchAll(/['"]([a-z][a-z0-9]*(?:-[a-z0-9]+)*)['"]/g)) {
                if (known.has(word) && !OTHERS.has(word)) {
                    wanted.add(word);
                }
            }
        }
    }
}

walk(pages);
const symbols = [...wanted].sort().map((name) => {
    const svg = readFileSync(join(source, `${name}.svg`), 'utf8');
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).replace(/\s+/g, ' ').trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
});
writeFileSync(join(here, 'icons.svg'), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);
