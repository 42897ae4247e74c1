/** The look of button and panel, inside a shadow root: the page's theme cannot break it, and it cannot break the theme. */

const COLOURS = `:host{all:initial;--surface:#fff;--fill:#eeece6;--line:#c9c6bd;--ink:#17212b;--ink2:#45505a;--accent:#0c5a6b;--on:#fff;
--soft:#e0eef0;--late:#8f1d16;--late0:#fbe8e5;--soon:#704300;--soon0:#fbeed2;--good:#175a33;--good0:#e2f1e6;
font:16px/1.65 system-ui,-apple-system,"Segoe UI","Noto Sans Arabic","Noto Sans",Tahoma,Arial,sans-serif;color:var(--ink)}
:host([data-dark]){--surface:#171e23;--fill:#2a343b;--line:#56636d;--ink:#e9edef;--ink2:#b9c3c9;--accent:#7ccfdd;--on:#0f1417;
--soft:#12333b;--late:#ffab9f;--late0:#3c1814;--soon:#f3c56d;--soon0:#36280d;--good:#8bd9a6;--good0:#11311e}`;

export const LAUNCHER = `${COLOURS}
.launch{position:fixed;inset-block-end:calc(16px + var(--nidaa-lift,0px) + env(safe-area-inset-bottom));inset-inline-end:16px;z-index:1040;display:flex;
gap:10px;align-items:center;min-height:52px;max-width:calc(100vw - 96px);padding:6px 20px;border:0;border-radius:26px;
background:var(--accent);color:var(--on);font-weight:600;font-size:16px;line-height:1.5;font-family:inherit;cursor:pointer;
box-shadow:0 2px 6px #0003,0 8px 24px #0003}
[hidden],.launch:has(~[open]){display:none!important}
.launch svg{width:24px;height:24px;flex:none}
.launch small{font-weight:400;font-size:14px;line-height:1.5;font-family:inherit;display:block}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media print{.launch{display:none}}`;

export const PANEL = `
*,*::before{box-sizing:border-box}
.panel{position:fixed;inset:auto;inset-block-end:16px;inset-inline-end:16px;margin:0;padding:0;border:1px solid var(--line);
border-radius:16px;width:min(420px,calc(100vw - 32px));max-height:calc(100dvh - 32px);overflow:auto;background:var(--surface);
color:var(--ink);box-shadow:0 8px 40px #0004;font:inherit;text-align:start}
.panel.wide{width:min(720px,calc(100vw - 32px))}
.panel::backdrop{background:#0f141766}
@media(max-width:520px){.panel,.panel.wide{inset-inline:0;inset-block-end:0;width:100%;max-width:100%;max-height:92dvh;border-radius:16px 16px 0 0;
padding-block-end:env(safe-area-inset-bottom)}}
.head{position:sticky;inset-block-start:0;z-index:1;display:flex;align-items:center;gap:4px;padding:8px 12px;background:var(--surface)}
h2{flex:1;margin:0;padding-inline:8px;font-weight:600;font-size:20px;line-height:1.6;font-family:inherit;outline:0}
h3{margin:0;font-weight:600;font-size:16px;line-height:1.6;font-family:inherit}
p,ul,ol{margin:0;padding:0;list-style:none}
.body{padding:0 20px 20px}
.stack,form{display:grid;gap:14px;min-width:0}
.row{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
button,.link,input,select,textarea{min-height:48px;font:inherit;color:inherit}
button{cursor:pointer}button:disabled{opacity:.6;cursor:default}
.bare{display:grid;place-items:center;width:48px;flex:none;border:0;border-radius:10px;background:none;color:var(--ink2)}
.bare:hover{background:var(--fill)}
.main,.quiet,.link{display:flex;align-items:center;justify-content:center;gap:8px;padding:8px 18px;border-radius:8px;border:1px solid var(--accent);
background:var(--accent);color:var(--on);font-weight:600;text-decoration:none}
.quiet,.link{background:none;color:var(--accent)}
.link{border-color:transparent;padding-inline:8px;text-decoration:underline;text-underline-offset:4px}
.grid{display:grid;grid-template-columns:1fr 1fr;gap:10px}
.grid button{display:grid;align-content:space-between;justify-items:start;gap:10px;min-height:92px;padding:12px;text-align:start;font-weight:600;
border:1px solid var(--accent);border-radius:10px;background:var(--soft);color:var(--ink)}
.grid .i{color:var(--accent)}
.i{width:24px;height:24px;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
[dir=rtl] .flip{transform:scaleX(-1)}
.foot{display:grid;border-block-start:1px solid var(--line);padding-block-start:8px}
.foot .link{justify-content:flex-start}
.fine,small{font-size:14px;color:var(--ink2)}
.note{display:flex;gap:12px;padding:12px 14px;border-radius:10px;background:var(--soft)}
.note.soon{background:var(--soon0);color:var(--soon)}.note.late{background:var(--late0);color:var(--late)}
.note.good{background:var(--good0);color:var(--good)}.note>:nth-child(2){flex:1;min-width:0}
.note .quiet{color:inherit;border-color:currentColor}
.field{display:grid;gap:4px}label{font-weight:600}
input,select,textarea{width:100%;padding:10px 12px;border:1px solid #6d7780;border-radius:8px;background:var(--surface)}
:host([data-dark]) input,:host([data-dark]) select,:host([data-dark]) textarea{border-color:var(--line);color-scheme:dark}
textarea{min-height:104px;resize:vertical}
input[type=checkbox],input[type=radio]{width:24px;min-height:24px;height:24px;margin:0;accent-color:var(--accent);flex:none}
.tick{display:flex;gap:12px;align-items:center;min-height:48px;font-weight:400}
[aria-invalid=true]{border:2px solid var(--late)}.fault{color:var(--late);font-size:14px}
.code{font-variant-numeric:tabular-nums;white-space:nowrap}
.steps{display:flex}
.steps li{flex:1;display:grid;justify-items:center;align-content:start;gap:6px;text-align:center;font-size:14px;line-height:1.5;color:var(--ink2);position:relative}
.steps li::before{content:"";width:16px;height:16px;border:2px solid #6d7780;border-radius:50%;background:var(--surface);z-index:1}
.steps li+li::after{content:"";position:absolute;inset-block-start:7px;inset-inline:-50% 50%;height:2px;background:var(--line)}
.steps .done,.steps .now{color:var(--ink)}.steps .now{font-weight:600}
.steps .done::before,.steps .now::before{background:var(--accent);border-color:var(--accent)}
.steps .done::after,.steps .now::after{background:var(--accent)!important}
.said{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start;padding:12px;border:1px solid var(--line);border-radius:8px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(prefers-reduced-motion:no-preference){.panel[open]{animation:up .18s}@keyframes up{from{opacity:0;translate:0 12px}}}`;

/** Puts styles into a shadow root without any inline style: content security policies stay strict. */
export function style(root: ShadowRoot, css: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
