"""Looks and keys of the HTML report. Nothing newer than Chromium 86; every text colour reaches WCAG AA."""

STYLE = """
:root{--ink:#1f2733;--soft:#566072;--line:#dde1e8;--paper:#fff;--ground:#f4f5f8;--link:#1d4f91;
--s0:#8c1d18;--s0b:#fbe3e1;--s1:#96400a;--s1b:#fdebdc;--s2:#6b5600;--s2b:#fdf5cf;--s3:#2b5783;--s3b:#e6f0fa;
--calm:#23633b}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.75 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif}
a{color:var(--link)}
h1,h2,h3,p,dl,dd,ul,ol{margin:0;padding:0}
.top,.draft,.foot{max-width:1560px;margin:0 auto;padding:0 28px}
.top{padding-top:22px;padding-bottom:6px;display:flex;flex-wrap:wrap;align-items:baseline}
.top h1{font-size:18px;font-weight:600;margin-right:18px}
.top .keys,.soft{color:var(--soft);font-size:14px}
.index{width:100%;border-collapse:collapse;margin:12px 0 6px;background:var(--paper);font-size:15px}
.index th,.index td{text-align:left;padding:4px 14px;border:1px solid var(--line);vertical-align:top}
.index th{font-weight:600;color:var(--soft);font-size:14px;background:#fafbfc}
.draft{padding-top:12px;padding-bottom:34px}
.verdict{background:var(--paper);border:1px solid var(--line);border-left:6px solid var(--soft);border-radius:4px;
padding:13px 24px 12px;margin-bottom:16px}
.verdict h2{font-size:23px;line-height:1.4;overflow-wrap:anywhere}
.verdict .line{display:flex;flex-wrap:wrap;align-items:center;margin:2px 0 4px}
.verdict .says{font-size:18px;font-weight:600;margin-right:28px}
.v-clear{border-left-color:var(--calm)}.v-clear .says{color:var(--calm)}
.v-warn,.v-redact{border-left-color:#b08d00}.v-warn .says,.v-redact .says{color:var(--s2)}
.v-hold,.v-refer{border-left-color:#c2560c}.v-hold .says,.v-refer .says{color:var(--s1)}
.v-block,.v-quarantine{border-left-color:#b3261e}.v-block .says,.v-quarantine .says{color:var(--s0)}
.counts{display:flex;flex-wrap:wrap;align-items:center;list-style:none}
.counts li{margin:2px 14px 2px 0;font-size:15px}
.counts b{font-size:18px;margin-left:6px}
.badge{display:inline-block;font-size:13px;line-height:20px;padding:0 8px;border-radius:3px;color:#fff;font-weight:600;
white-space:nowrap}
.badge.s0{background:var(--s0)}.badge.s1{background:var(--s1)}.badge.s2{background:var(--s2)}.badge.s3{background:var(--s3)}
.honest{border-top:1px solid var(--line);margin-top:8px;padding-top:8px;font-size:15px}
.honest b{font-weight:600}
.unread{background:#fff8ec;border:1px solid #d9b26a;border-radius:4px;padding:8px 18px;margin:8px 0 4px;
font-size:15px;line-height:1.65}
.unread h3{font-size:15px;color:var(--s1)}
.unread ul{padding-left:20px}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 420px;grid-gap:22px;align-items:start}
.paper{background:var(--paper);border:1px solid var(--line);border-radius:4px;padding:18px 36px 30px;min-width:0}
.paper h3,.cards h3{font-size:15px;color:var(--soft);font-weight:600;margin-bottom:10px}
.paper p{margin:0 0 10px;white-space:pre-wrap;overflow-wrap:anywhere}
.where{display:block;font-size:13px;color:var(--soft);line-height:1.6;white-space:normal}
.aside{border-left:3px solid var(--line);padding:2px 0 2px 14px;margin:0 0 12px}
.aside p{margin:0}
.page{display:flex;align-items:center;color:var(--soft);font-size:13px;margin:18px 0 8px}
.page::after{content:"";flex:1;border-top:1px dashed var(--line);margin-left:12px}
.unseen{margin-top:28px;border-top:2px solid var(--line);padding-top:18px}
.unseen h3{color:var(--s0)}
.gap{color:var(--soft);font-size:14px;text-align:center;margin:8px 0 14px}
.scroll{overflow-x:auto;margin:0 0 14px}
.rows{border-collapse:collapse;font-size:15px;line-height:1.6}
.rows caption{text-align:left;font-size:13px;color:var(--soft)}
.rows td{border:1px solid var(--line);padding:4px 10px;white-space:pre-wrap;vertical-align:top}
.hit{color:inherit;text-decoration:none;padding:1px 1px 0;border-bottom:2px solid;border-radius:2px 2px 0 0}
.hit.s0{background:var(--s0b);border-color:var(--s0)}.hit.s1{background:var(--s1b);border-color:var(--s1)}
.hit.s2{background:var(--s2b);border-color:#a38400}.hit.s3{background:var(--s3b);border-color:var(--s3)}
.hit.both{border-bottom-style:double;border-bottom-width:4px}
.no{font-size:11px;line-height:1;vertical-align:super;margin:0 1px 0 2px;white-space:nowrap;user-select:none}
.no a{text-decoration:none;font-weight:600;padding:0 1px}
.two{background:#3c4657;color:#fff;border-radius:3px;padding:0 4px;margin-right:2px}
.cards{position:sticky;top:0;max-height:100vh;overflow-y:auto;padding:0 4px 12px 0}
.card{background:var(--paper);border:1px solid var(--line);border-left:4px solid;border-radius:4px;
padding:10px 16px 12px;margin-bottom:10px;font-size:15px;line-height:1.6;scroll-margin:12px}
.card.s0{border-left-color:var(--s0)}.card.s1{border-left-color:var(--s1)}
.card.s2{border-left-color:#a38400}.card.s3{border-left-color:var(--s3)}
.card header{display:flex;flex-wrap:wrap;align-items:center}
.card header b{margin:0 8px}
.card header .back{margin-left:auto;font-size:14px;padding:2px 0}
.card .at{color:var(--soft);font-size:14px}
.card .value{font-family:"Noto Sans Mono CJK SC",Consolas,monospace;background:#f4f5f8;padding:1px 8px;margin:5px 0;
display:inline-block;overflow-wrap:anywhere;border-radius:3px;max-width:100%}
.card dl{display:grid;grid-template-columns:auto minmax(0,1fr);grid-gap:2px 12px}
.card dt{color:var(--soft);white-space:nowrap;font-size:14px;line-height:24px}
.card dd{overflow-wrap:anywhere}
.card .do{font-weight:600}
.flag{font-size:13px;color:var(--s0);border:1px solid var(--s0);border-radius:3px;padding:0 6px;margin-left:6px;
display:inline-block;white-space:nowrap}
.hit:target,.card:target{outline:3px solid #2f6fb5;outline-offset:2px}
a:focus{outline:3px solid #2f6fb5;outline-offset:2px}
.hit{scroll-margin:30vh}
.locked{border:1px solid var(--s0);background:var(--s0b);border-radius:4px;padding:14px 20px;
color:var(--s0);font-weight:600}
.foot-note{color:var(--soft);font-size:13px;line-height:1.9;margin-top:16px;overflow-wrap:anywhere}
.foot-note dl{display:flex;flex-wrap:wrap}
.foot-note dt::after{content:"："}
html[lang=en] .foot-note dt::after{content:": "}
.foot-note dd{margin-right:22px;font-family:Consolas,"DejaVu Sans Mono",monospace}
.foot{padding-bottom:30px;color:var(--soft);font-size:14px}
@media(min-width:1700px){.columns{grid-template-columns:minmax(0,1fr) 480px}}
@media(max-width:980px){.columns{display:block}.cards{position:static;max-height:none;margin-top:18px}
.top,.draft,.foot{padding-left:14px;padding-right:14px}.paper{padding:18px 18px 24px}.verdict{padding:14px 16px}}
@media print{body{background:#fff;font-size:11pt}.top,.draft,.foot{max-width:none;padding:0}.columns{display:block}
.cards{position:static;max-height:none;overflow:visible;margin-top:12pt}.card,.verdict,.rows tr{page-break-inside:avoid}
.draft{page-break-after:always}.draft:last-of-type{page-break-after:auto}.keys,.back{display:none}
.paper,.card,.verdict{border-color:#999}.badge,.hit,.two,.unread{-webkit-print-color-adjust:exact}}
"""

# n and p go from card to card; without it every link works just the same
SCRIPT = """
(function(){var all=[].slice.call(document.querySelectorAll('.card')),at=-1;
addEventListener('hashchange',function(){var id=location.hash.slice(1).replace('t','c');
all.forEach(function(c,i){if(c.id===id)at=i})});
addEventListener('keydown',function(e){if(e.ctrlKey||e.altKey||e.metaKey||e.isComposing||!all.length)return;
if(e.key!=='n'&&e.key!=='p')return;
at=e.key==='n'?Math.min(at+1,all.length-1):Math.max(at-1,0);
all[at].scrollIntoView({block:'nearest'});
location.hash=all[at].id.replace('c',document.getElementById(all[at].id.replace('c','t'))?'t':'c')})})();
"""
