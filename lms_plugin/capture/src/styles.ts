/** The look of the panel, inside a shadow root: the page's theme cannot break it, and it cannot break the theme. */

export const PANEL = `
*,*::before{box-sizing:border-box}
.panel{position:fixed;inset:auto;bottom:16px;inset-inline-end:16px;margin:0;padding:0;border:1px solid var(--line);
border-radius:16px;width:min(420px,calc(100vw - 32px));max-height:calc(100dvh - 32px);overflow:auto;background:var(--surface);
color:var(--ink);box-shadow:0 8px 40px #0004;font:inherit;text-align:start}
.panel.wide{width:min(720px,calc(100vw - 32px))}
.panel::backdrop{background:#0f141766}
@media(max-width:520px){.panel,.panel.wide{inset-inline:0;bottom:0;width:100%;max-width:100%;max-height:92dvh;border-radius:16px 16px 0 0;
padding-bottom:env(safe-area-inset-bottom)}}
.head{position:sticky;top:0;z-index:2;display:flex;align-items:center;gap:4px;padding:8px 12px;background:var(--surface)}
h2{flex:1;margin:0;padding-inline:8px;font-weight:600;font-size:20px;line-height:1.6;font-family:inherit;outline:0}
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
.foot{display:grid;border-top:1px solid var(--line);padding-top:8px}
.foot .link{justify-content:flex-start}
.fine,.panel small{font-size:14px;color:var(--ink2)}
.note{display:flex;gap:12px;padding:12px 14px;border-radius:10px;background:var(--soft)}
.note.soon{background:var(--soon0);color:var(--soon)}.note.late{background:var(--late0);color:var(--late)}
.note.good{background:var(--good0);color:var(--good)}.note>:nth-child(2){flex:1;min-width:0}
.launch{max-width:min(360px,calc(100vw - 96px))}.launch span{min-width:0;text-align:start}
small>bdi:first-child{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;overflow-wrap:anywhere}
.note .quiet{color:inherit;border-color:currentColor}
.field{display:grid;gap:4px}label{font-weight:600}
input,select,textarea{width:100%;padding:10px 12px;border:1px solid #6d7780;border-radius:8px;background:var(--surface)}
:host([data-dark]) input,:host([data-dark]) select,:host([data-dark]) textarea{border-color:var(--line);color-scheme:dark}
textarea{min-height:104px;resize:vertical}
.code{font-variant-numeric:tabular-nums;white-space:nowrap}
.steps{display:flex}
.steps li{flex:1;display:grid;justify-items:center;align-content:start;gap:6px;text-align:center;font-size:14px;line-height:1.5;color:var(--ink2);position:relative}
.steps li::before{content:"";width:16px;height:16px;border:2px solid #6d7780;border-radius:50%;background:var(--surface);z-index:1}
.steps li+li::after{content:"";position:absolute;top:7px;inset-inline:-50% 50%;height:2px;background:var(--line)}
.steps .done,.steps .now{color:var(--ink)}.steps .now{font-weight:600}
.steps .done::before,.steps .now::before{background:var(--accent);border-color:var(--accent)}
.steps .done::after,.steps .now::after{background:var(--accent)!important}
.said{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start;padding:12px;border:1px solid var(--line);border-radius:8px}
@media(prefers-reduced-motion:no-preference){.panel[open]{animation:up .18s}@keyframes up{from{opacity:0;translate:0 12px}}}`;
