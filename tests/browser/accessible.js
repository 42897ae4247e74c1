// What accessible.py runs in a page. Each is a function of a selector, or of nothing for the whole page.
const checks = {
  axe: async (within) => {
  const found = await axe.run(within ?? document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.flat().join(' ')).join(' | ')}`);
},

  contrast: async (within) => {
  // A colour on its way to another one is nobody's choice; what pulses for ever is not waited for.
  const moving = () => document.getAnimations().filter((one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
  for (let now = moving(); now.length; now = moving()) { await Promise.allSettled(now.map((one) => one.finished)); }
  const parse = (text) => {
    const found = text.match(/[\d.]+/g).map(Number);
    return text.startsWith('color(srgb') ? [...found.slice(0, 3).map((one) => one * 255), found[3] ?? 1] : [found[0], found[1], found[2], found[3] ?? 1];
  };
  const over = (top, under) => top.slice(0, 3).map((one, at) => one * top[3] + under[at] * (1 - top[3]));
  const above = (node) => node.parentElement ?? (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = above(at)) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) { break; }
      if (at.tagName === 'DIALOG') { break; }
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => { const s = one / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const checked = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const element = node.parentElement ?? node.getRootNode().host;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const inert = element.closest(':disabled') || ['STYLE', 'SCRIPT', 'NOSCRIPT', 'TEMPLATE', 'OPTION'].includes(element.tagName);
      if (!node.data.trim() || inert || style.visibility === 'hidden' || !box.width || !element.checkVisibility()) { return; }
      const back = behind(element);
      const [one, other] = [light(over(parse(style.color), back)), light(back)].sort((a, b) => b - a);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      checked.push({text: node.data.trim().slice(0, 40), ratio: (one + 0.05) / (other + 0.05), least: large ? 3 : 4.5});
      return;
    }
    if (node.shadowRoot) { walk(node.shadowRoot); }
    node.childNodes.forEach(walk);
  };
  walk(within ? document.querySelector(within) : document.body);
  return checked;
},

  targets: (within) => {
  const found = [];
  const walk = (node) => {
    if (node.shadowRoot) { walk(node.shadowRoot); }
    for (const child of node.children ?? []) { walk(child); }
    if (!node.matches?.('button, a[href], input, select, textarea, [role=option]') || !node.checkVisibility()) { return; }
    const spot = node.matches('input[type=checkbox], input[type=radio]') ? node.closest('label') ?? node : node;
    const box = spot.getBoundingClientRect();
    if (box.width && (box.height < 47.5 || box.width < 47.5)) {
      found.push(`${node.tagName} ${node.textContent.trim() || node.getAttribute('aria-label')}: ${box.width} × ${box.height}`);
    }
  };
  walk(document.querySelector(within));
  return found;
},
};
