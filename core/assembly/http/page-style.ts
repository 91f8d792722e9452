// The status page's only style, and the policy that lets a browser apply it.

/** Colours carry no meaning alone: a word and a sign stand beside each. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;
--ground:#f4f5f7;--card:#fff;--ink:#1b2330;--soft:#566171;--line:#e2e6eb;
--up:#0b6e4c;--up-ground:#e3f4ec;--degraded:#7d5200;--degraded-ground:#fcefd2;
--down:#aa2018;--down-ground:#fce8e6;--unknown:#566171;--unknown-ground:#ebeef2}
@media(prefers-color-scheme:dark){:root{
--ground:#11151b;--card:#191f27;--ink:#e5e9ef;--soft:#9ba7b6;--line:#2a323d;
--up:#6bd6ab;--up-ground:#14352b;--degraded:#f1c465;--degraded-ground:#3b2f13;
--down:#ff9d94;--down-ground:#47211e;--unknown:#9ba7b6;--unknown-ground:#262e38}}
.up{--tone:var(--up);--tone-ground:var(--up-ground)}
.degraded{--tone:var(--degraded);--tone-ground:var(--degraded-ground)}
.down{--tone:var(--down);--tone-ground:var(--down-ground)}
.unknown{--tone:var(--unknown);--tone-ground:var(--unknown-ground)}
*{box-sizing:border-box;margin:0}
body{max-width:64rem;margin:auto;padding:clamp(1rem,4vw,3rem);background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
h1{font-size:1.125rem;font-weight:600}
h1 span{color:var(--soft);font-weight:400}
.state{display:flex;align-items:center;gap:.75rem;margin:.25rem 0 .5rem;font-size:clamp(2rem,7vw,3.25rem);
font-weight:650;letter-spacing:-.02em;line-height:1.15;color:var(--tone)}
i{font-style:normal}
.state i{font-size:.55em}
p{color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(3,1fr);gap:.75rem;margin:2rem 0}
dl div,table,.empty{background:var(--card);border:1px solid var(--line);border-radius:.75rem}
dl div{padding:.75rem 1rem}
dt{color:var(--soft);font-size:.875rem}
dd{color:var(--tone);font-weight:600;white-space:nowrap}
h2{margin-bottom:.75rem;font-size:1rem;font-weight:600}
h2 span{color:var(--soft);font-weight:400}
table{width:100%;border-spacing:0}
.empty{padding:1rem}
th,td{padding:.75rem 1rem;text-align:left;vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:.875rem}
tbody th,tbody td{border-top:1px solid var(--line)}
td{width:1%}
tbody th strong{font-weight:600}
.age{color:var(--soft);text-align:right;white-space:nowrap}
.mark{display:inline-block;padding:0 .625rem;border:1px solid transparent;border-radius:1rem;
background:var(--tone-ground);color:var(--tone);font-size:.875rem;font-weight:600;white-space:nowrap}
small{display:block;color:var(--soft);font-size:.875rem}
small.reason{color:var(--tone)}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:2rem 0 .5rem;font-size:.875rem}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
a:hover{text-decoration-thickness:2px}
footer p{font-size:.875rem}
@media(max-width:36rem){dl{gap:.5rem;margin:1.5rem 0}dl div{padding:.5rem .75rem}dd{font-size:.875rem}th,td{padding:.625rem .75rem}}
@media(min-width:1800px){html{font-size:125%}}
@media(min-width:3000px){html{font-size:200%}}
`;

/** Content-Security-Policy of the page. The hash is of `PAGE_STYLE`; a test compares them. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'sha256-z/mbhTEgppqQJm+NecYJtpiakWh06yERgRZOsRcUit8='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
