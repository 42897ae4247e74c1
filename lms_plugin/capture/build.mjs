/**
 * Builds the core for whoever hosts it.
 *
 *   node build.mjs              Moodle's AMD modules, into the plugin's amd/src and amd/build (both are committed)
 *   node build.mjs --amd DIR    the same into DIR, to compare
 *   node build.mjs --esm DIR    plain modules, for pages that load them themselves
 */
import { build } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const plugin = join(here, '..', 'moodle', 'local_nidaa');
const lucide = dirname(createRequire(import.meta.url).resolve('lucide-static/package.json'));

/** What flows share with the core is the core's; they are bundled without it. */
const CORE = ['ui', 'words', 'reference', 'host'].map((name) => join(here, 'src', name));

/** A shape as a path, so that an icon is one string. */
function drawn(tag, { d, x1, y1, x2, y2, cx, cy, r, x, y, width, height, rx = 0 }) {
    const corner = (across, down) => (rx ? `a${rx} ${rx} 0 0 1 ${across} ${down}` : '');
    switch (tag) {
        case 'path': // A relative start would be relative to where the shape before it ended.
            return d.replace(/^m([\d.-]+)[ ,]?(-?[\d.]+) ?(?=([\d.-]?))/, (_, left, top, more) => `M${left} ${top}${more && 'l'}`);
        case 'line':
            return `M${x1} ${y1}L${x2} ${y2}`;
        case 'circle':
            return `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
        case 'rect':
            return `M${Number(x) + Number(rx)} ${y}h${width - 2 * rx}${corner(rx, rx)}v${height - 2 * rx}${corner(-rx, rx)}`
                + `h${2 * rx - width}${corner(-rx, -rx)}v${2 * rx - height}${corner(rx, -rx)}z`;
        default:
            throw new Error(`no way to draw a ${tag}`);
    }
}

const icons = {
    name: 'icons',
    setup(builder) {
        builder.onResolve({ filter: /^icon:/ }, ({ path }) => ({ path: path.slice(5), namespace: 'icon' }));
        builder.onLoad({ filter: /.*/, namespace: 'icon' }, ({ path }) => {
            const svg = readFileSync(join(lucide, 'icons', `${path}.svg`), 'utf8');
            const parts = [...svg.matchAll(/<(path|line|circle|rect|polyline|polygon|ellipse) ([^>]*?)\/>/g)];
            const shape = parts.map(([, tag, attributes]) => drawn(tag, Object.fromEntries(
                [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])))).join('');
            if (!shape) {
                throw new Error(`no such icon: ${path}`);
            }
            return { contents: `export default ${JSON.stringify(shape)};` };
        });
    },
};

/** In the flows' bundle, the core's own modules are those that the core exports. */
const apart = (found) => ({
    name: 'apart',
    setup(builder) {
        builder.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) =>
            (CORE.includes(resolve(resolveDir, path)) ? found : undefined));
    },
});

/** What a module of AMD's is given as parameters, as modules: without esbuild's conversions, which cost more than they hold. */
const given = (parameters) => ({
    name: 'given',
    setup(builder) {
        builder.onResolve({ filter: /./ }, ({ path }) => (parameters[path] ? { path, namespace: 'given' } : undefined));
        builder.onLoad({ filter: /./, namespace: 'given' }, ({ path }) => {
            const [parameter, names] = parameters[path];
            return { contents: names.map((name) => (name === 'default' ? `export default ${parameter};`
                : `export const ${name} = ${parameter}.${name};`)).join('\n') };
        });
    },
});

/** A bundle for one language carries no other language's words. */
const only = (language) => ({
    name: 'only',
    setup(builder) {
        builder.onResolve({ filter: /\/words\.(ar|en)$/ }, ({ path }) =>
            (path.endsWith(language) ? undefined : { path, namespace: 'none' }));
        builder.onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'export default {};' }));
    },
});

const CAPTURE = ['start', 'el', 'bdi', 'code', 'icon', 'field', 'newId', 'referenceOf', 'Refusal'];
const shared = { bundle: true, target: 'es2022', charset: 'utf8', legalComments: 'none', logLevel: 'warning' };

/** Built as if for the plugin, wherever it goes: a map names its sources relative to itself. */
async function put(options, out, name) {
    const { outputFiles } = await build({ ...options, outfile: join(plugin, 'amd', name), write: false });
    for (const { path, contents } of outputFiles) {
        const file = join(out, relative(join(plugin, 'amd'), path));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, contents);
    }
}

/**
 * One AMD module, readable and minified, with its map: without one Moodle's developer mode passes over the build.
 *
 * `names` are what `entry` exports; `dependencies` are modules, each with the parameter and the names that are used of it.
 */
async function amd(name, entry, names, dependencies, out, more = []) {
    const modules = Object.keys(dependencies);
    const head = `define("local_nidaa/${name}",${JSON.stringify(['exports', ...modules])},`
        + `function(${['exports', ...modules.map((one) => dependencies[one][0])].join(',')}){`;
    const listed = names.map((one) => (one === 'default' ? 'default as $default' : one)).join(', ');
    const options = {
        ...shared,
        stdin: {
            contents: `import { ${listed} } from ${JSON.stringify('./' + relative(here, entry))};\n`
                + names.map((one) => `exports.${one} = ${one === 'default' ? '$default' : one};`).join('\n'),
            resolveDir: here,
            sourcefile: `${name}.entry.js`,
        },
        format: 'cjs',
        plugins: [given(dependencies), icons, ...more],
        banner: { js: head },
        footer: { js: '});' },
        absWorkingDir: here,
    };
    if (relative(here, entry).startsWith('src')) { // Moodle's own modules are their own source.
        const said = '/* Built from lms_plugin/capture by "npm run build": change it there. GPL-3.0-or-later. Icons: Lucide, ISC. */';
        await put({ ...options, banner: { js: `${said}\n${head}` } }, out, `src/${name}.js`);
    }
    await put({ ...options, minify: true, sourcemap: true }, out, `build/${name}.min.js`);
}

async function moodle(out) {
    const source = (name) => join(plugin, 'amd', 'src', `${name}.js`);
    const core = { 'local_nidaa/capture': ['capture', CAPTURE] };
    await amd('launcher', source('launcher'), ['init'], {}, out);
    await amd('host', source('host'), ['moodleHost'], { 'core/ajax': ['ajax', ['default']], ...core }, out);
    await amd('capture', join(here, 'src/capture.ts'), CAPTURE, {}, out);
    await amd('words_ar', join(here, 'src/words.ar.ts'), ['default'], {}, out);
    await amd('words_en', join(here, 'src/words.en.ts'), ['default'], {}, out);
    for (const language of ['ar', 'en']) {
        await amd(`flows_${language}`, join(here, 'src/flows/index.ts'), ['flows', 'css'], core, out,
            [only(language), apart({ path: 'local_nidaa/capture', namespace: 'given' })]);
    }
}

async function esm(out) {
    const one = (name, entry, plugins = []) => build({ ...shared, entryPoints: [join(here, 'src', entry)], format: 'esm',
        outfile: join(out, `${name}.js`), minify: true, plugins: [icons, ...plugins], absWorkingDir: here });
    await one('button', 'launcher.ts');
    await one('capture', 'capture.ts');
    await one('words_ar', 'words.ar.ts');
    await one('words_en', 'words.en.ts');
    for (const language of ['ar', 'en']) {
        await one(`flows_${language}`, 'flows/index.ts', [only(language), apart({ path: './capture.js', external: true })]);
    }
    await one('bearer', 'hosts/bearer.ts', [apart({ path: './capture.js', external: true })]);
}

const [mode, folder] = process.argv.slice(2);
if (mode === '--esm') {
    await esm(resolve(folder));
} else {
    await moodle(mode === '--amd' ? resolve(folder) : join(plugin, 'amd'));
}
