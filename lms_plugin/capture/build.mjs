/**
 * Builds the core for whoever hosts it.
 *
 *   node build.mjs              Moodle's AMD modules, into the plugin's amd/src and amd/build (both are committed)
 *   node build.mjs --amd DIR    the same into DIR, to compare
 *   node build.mjs --esm DIR    plain modules, for pages that load them themselves
 */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const plugin = join(here, '..', 'moodle', 'local_nidaa');
const lucide = dirname(createRequire(import.meta.url).resolve('lucide-static/package.json'));

/** What flows share with the core is the core's; they are bundled without it. */
const CORE = ['ui', 'words', 'reference', 'host'].map((name) => join(here, 'src', name));

const icons = {
    name: 'icons',
    setup(builder) {
        builder.onResolve({ filter: /^icon:/ }, ({ path }) => ({ path: path.slice(5), namespace: 'icon' }));
        builder.onLoad({ filter: /.*/, namespace: 'icon' }, ({ path }) => {
            const svg = readFileSync(join(lucide, 'icons', `${path}.svg`), 'utf8');
            const parts = [...svg.matchAll(/<(path|line|circle|rect|polyline|polygon|ellipse) ([^>]*?)\/>/g)];
            const shape = parts.map(([, tag, attributes]) => [tag, Object.fromEntries(
                [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))]);
            if (!shape.length) {
                throw new Error(`no such icon: ${path}`);
            }
            return { contents: JSON.stringify(shape), loader: 'json' };
        });
    },
};

/** In the flows' bundle, the core's own modules are those that the core exports. */
const apart = (name) => ({
    name: 'apart',
    setup(builder) {
        builder.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) =>
            (CORE.includes(resolve(resolveDir, path)) ? { path: name, external: true } : undefined));
    },
});

const shared = { bundle: true, target: 'es2020', charset: 'utf8', legalComments: 'none', logLevel: 'warning' };

/** One AMD module, readable and minified, with its map: without one Moodle's developer mode passes over the build. */
async function amd(name, entry, dependencies, out) {
    const list = ['require', 'exports', 'module', ...dependencies].map((one) => `"${one}"`).join(',');
    const options = {
        ...shared,
        entryPoints: [entry],
        format: 'cjs',
        external: dependencies,
        plugins: [icons, ...(name === 'flows' ? [apart('local_nidaa/capture')] : [])],
        banner: { js: `define("local_nidaa/${name}",[${list}],function(require,exports,module){` },
        footer: { js: '});' },
        absWorkingDir: here,
    };
    if (relative(here, entry).startsWith('src')) { // Moodle's own modules are their own source.
        await build({ ...options, outfile: join(out, 'src', `${name}.js`),
            banner: { js: `/* Built from lms_plugin/capture by "npm run build": change it there. GPL-3.0-or-later. Icons: Lucide, ISC. */\n${options.banner.js}` } });
    }
    await build({ ...options, outfile: join(out, 'build', `${name}.min.js`), minify: true, sourcemap: true, sourcesContent: true,
        sourceRoot: '' });
}

async function moodle(out) {
    const source = (name) => join(plugin, 'amd', 'src', `${name}.js`);
    await amd('button', join(here, 'src/launcher.ts'), [], out);
    await amd('capture', join(here, 'src/capture.ts'), [], out);
    await amd('words_ar', join(here, 'src/words.ar.ts'), [], out);
    await amd('words_en', join(here, 'src/words.en.ts'), [], out);
    await amd('flows', join(here, 'src/flows/index.ts'), ['local_nidaa/capture'], out);
    await amd('launcher', source('launcher'), ['local_nidaa/button'], out);
    await amd('host', source('host'), ['core/ajax', 'local_nidaa/capture'], out);
}

async function esm(out) {
    const one = (name, entry, plugins = []) => build({ ...shared, entryPoints: [join(here, 'src', entry)], format: 'esm',
        outfile: join(out, `${name}.js`), minify: true, plugins: [icons, ...plugins], absWorkingDir: here });
    await one('button', 'launcher.ts');
    await one('capture', 'capture.ts');
    await one('words_ar', 'words.ar.ts');
    await one('words_en', 'words.en.ts');
    await one('flows', 'flows/index.ts', [apart('./capture.js')]);
    await one('bearer', 'hosts/bearer.ts', [apart('./capture.js')]);
}

const [mode, folder] = process.argv.slice(2);
if (mode === '--esm') {
    await esm(resolve(folder));
} else {
    await moodle(mode === '--amd' ? resolve(folder) : join(plugin, 'amd'));
}
