/** The look of what only the flows have. */

export const css = `
input[type=checkbox],input[type=radio]{width:24px;min-height:24px;height:24px;margin:0;accent-color:var(--accent);flex:none}
.tick{display:flex;gap:12px;align-items:center;min-height:48px;font-weight:400}
[aria-invalid=true]{border:2px solid var(--late)}.fault{color:var(--late);font-size:14px}
kbd{display:inline-grid;place-items:center;min-width:26px;min-height:26px;padding:0 6px;border:1px solid var(--line);border-radius:6px;
background:var(--surface);color:var(--ink);font:inherit;font-size:14px;line-height:1.4}
.digits{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:8px}
.digits button{display:flex;gap:10px;align-items:center;padding:6px 12px;text-align:start;border:1px solid var(--line);border-radius:8px;
background:var(--surface)}
[aria-pressed=true]{border-color:var(--accent)!important;background:var(--soft)!important;box-shadow:inset 0 0 0 1px var(--accent);font-weight:600}
.cols{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:14px}.cols .tick{align-self:end}
.who{position:relative}
.names{position:absolute;inset-inline:0;z-index:2;border:1px solid var(--line);border-radius:8px;background:var(--surface);box-shadow:0 8px 24px #0003}
.names li{padding:12px;min-height:48px;cursor:pointer}.names [aria-selected=true],.names li:hover{background:var(--soft)}
.logged{display:grid;gap:6px;font-size:14px}.outcome{color:var(--ink2)}
.outcome[data-state=stored]{color:var(--good)}.outcome[data-state=refused]{color:var(--late)}.outcome[data-state=waiting]{color:var(--soon)}
fieldset{margin:0;padding:0;border:0;min-width:0}legend{padding:0;margin-block-end:4px;font-weight:600}
.people{display:grid}.people li{padding-block:12px;border-block-start:1px solid var(--line)}
.people select{width:190px;max-width:100%;border-radius:24px;color:var(--accent);border-color:var(--line)}
.chip{display:inline-flex;gap:8px;align-items:center;min-height:48px;padding:4px 14px 4px 10px;border:1px solid var(--line);border-radius:24px;font-weight:400}
.chip:has(:checked){border-color:var(--late);background:var(--late0);color:var(--late)}
.chip.unknown{border-style:dashed}.chip.unknown:not(:has(:checked)){border-color:#6d7780;color:var(--ink2)}
.dock p{flex-basis:100%;font-weight:600}.dock p:empty{margin-block-start:-12px}
.dock{position:sticky;inset-block-end:0;display:flex;flex-wrap:wrap;gap:12px;align-items:center;margin-inline:-20px;padding:12px 20px;
border-block-start:1px solid var(--line);background:var(--surface)}
.pick{display:grid;grid-template-columns:1fr 1fr;gap:8px}.pick legend{grid-column:1/-1}
.pick label{display:flex;gap:10px;align-items:center;min-height:48px;padding:4px 12px;border:1px solid var(--line);border-radius:8px;font-weight:400}
.pick label:has(:checked){border-color:var(--accent);background:var(--soft);font-weight:600}
.ways li{display:grid;grid-template-columns:1fr auto;gap:0 12px;align-items:center;padding-block:10px;border-block-start:1px solid var(--line)}
.ways li:first-child{border:0}.ways small,.ways .link,.ways bdi{grid-column:1/-1;justify-self:start}.ways .link{padding-inline:0}
.tag{padding:2px 10px;border-radius:6px;background:var(--fill);font-size:14px}.tag.good{background:var(--good0);color:var(--good)}
[hidden]{display:none!important}
@media(max-width:520px){.keys,.digits kbd{display:none}.digits{grid-template-columns:1fr 1fr}.digits button{padding-inline:8px}.digits button{font-size:15px}}`;
