/** The colours, and the look of the button: all that a page needs until somebody presses it. */

const COLOURS = `:host{all:initial;--surface:#fff;--fill:#eeece6;--line:#c9c6bd;--ink:#17212b;--ink2:#45505a;--accent:#0c5a6b;--on:#fff;
--soft:#e0eef0;--late:#8f1d16;--late0:#fbe8e5;--soon:#704300;--soon0:#fbeed2;--good:#175a33;--good0:#e2f1e6;
font:16px/1.65 system-ui,-apple-system,"Segoe UI","Noto Sans Arabic","Noto Sans",Tahoma,Arial,sans-serif;color:var(--ink)}
:host([data-dark]){--surface:#171e23;--fill:#2a343b;--line:#56636d;--ink:#e9edef;--ink2:#b9c3c9;--accent:#7ccfdd;--on:#0f1417;
--soft:#12333b;--late:#ffab9f;--late0:#3c1814;--soon:#f3c56d;--soon0:#36280d;--good:#8bd9a6;--good0:#11311e}`;

const BUTTON = `
.launch{position:fixed;inset-block-end:calc(16px + var(--nidaa-lift,0px) + env(safe-area-inset-bottom));inset-inline-end:16px;z-index:1040;display:flex;
gap:10px;align-items:center;min-height:52px;max-width:calc(100vw - 96px);padding:6px 20px;border:0;border-radius:26px;
background:var(--accent);color:var(--on);font-weight:600;font-size:16px;line-height:1.5;font-family:inherit;cursor:pointer;
box-shadow:0 2px 6px #0003,0 8px 24px #0003}
[hidden],.launch:has(~[open]){display:none!important}
.launch svg{width:24px;height:24px;flex:none}
.launch small{font-weight:400;font-size:14px;display:block}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media print{.launch{display:none!important}}`;

/** One string each: what stands in another's template would be loaded twice. */
export const dress = (root: ShadowRoot): void => style(root, COLOURS + BUTTON);

/** Puts styles into a shadow root without any inline style: content security policies stay strict. */
export function style(root: ShadowRoot, css: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
