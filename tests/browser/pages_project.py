"""A project for the pages: valid and invalid changes, conflicts, an archive, scripts of the world,
and Markdown that tries to run something.
"""

from pathlib import Path

NASTY = """# Nasty

<script>window.ran = 1</script>
<script src="data:text/javascript,window.ran=1"></script>
<img src=x onerror="window.ran = 1">
<svg onload="window.ran = 1"><script>window.ran = 1</script></svg>
<svg><a xlink:href="javascript:window.ran=1">x</a></svg>
<svg><animate onbegin="window.ran = 1" attributeName=x dur=1s></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1
onerror=window.ran=1&gt;">
<iframe src="javascript:parent.ran=1"></iframe>
<iframe srcdoc="<script>parent.ran=1</script>"></iframe>
<object data="javascript:window.ran=1"></object><embed src="javascript:window.ran=1">
<style>body { display: none } @import "http://evil.invalid/x.css";</style>
<link rel="stylesheet" href="http://evil.invalid/x.css"><base href="http://evil.invalid/">
<meta http-equiv="refresh" content="0;url=http://evil.invalid/">
<form action="http://evil.invalid/"><button>go</button></form>
<div id="page" onclick="window.ran=1" style="position:fixed;inset:0">covered</div>
<details open ontoggle="window.ran = 1"><summary>x</summary></details>
<a name="geometry_ws" id="complaint" href="jav&#x09;ascript:window.ran=1">clobbered</a>
<noscript><p title="</noscript><img src=x onerror=window.ran=1>">
<template><img src=x onerror=window.ran=1></template>
<x" onmouseover="window.ran=1">

[one](javascript:window.ran=1) [two](JaVaScRiPt&#58;window.ran=1)
[three](&#106;avascript:window.ran=1)
[four](data:text/html;base64,PHNjcmlwdD5wYXJlbnQucmFuPTE8L3NjcmlwdD4=) [five](vbscript:msgbox)
[six](<java\tscript:window.ran=1>) [seven](//evil.invalid/) [eight](/call)
[nine](file:///etc/passwd)
[ten](java%73cript:window.ran=1) [eleven](\\\\evil.invalid) <javascript:window.ran=1>
[good](https://example.org/) [mail](mailto:somebody@example.org) [tasks](tasks.md)
[title](https://example.org/ "x\\" onmouseover=\\"window.ran=1")
![picture](http://evil.invalid/pixel.png) ![inside](javascript:window.ran=1)
[![both](http://evil.invalid/p.png)](javascript:window.ran=1)

`<img src=x onerror=window.ran=1>` and a placeholder <name> of a template.

```html" onmouseover="window.ran=1
<script>window.ran = 1</script>
```

| a | b |
| --- | :-: |
| <img src=x onerror=window.ran=1> | [x](javascript:window.ran=1) |

- [ ] <input autofocus onfocus="window.ran = 1">
"""

PICTURED = r"""# Pictured

![a way](way.svg) ![out](../../../../way.svg)
![" onerror="window.ran=1](" onerror="window.ran=1.svg)
![nobody](<x" onerror="window.ran=1.svg>) ![far](https://evil.invalid/x.svg) ![s](javascript:x.svg)

A note[^1] and another[^"><img src=x onerror=window.ran=1>].

<details>
<summary>Why *this* <img src=x onerror="window.ran=1"></summary>

Because <script>window.ran = 1</script> of it.

</details>

<details ontoggle="window.ran=1" open>

Nothing opens here.

</details>

```mermaid
flowchart LR
    A[A visitor] --> B[is greeted]
```

```mermaid
%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": "* {background: red}"}}%%
flowchart LR
    A["<img src=x onerror=parent.ran=1>"] --> B["<script>top.ran=1</script>"]
    B --> C["<iframe srcdoc='<script>parent.ran=1</script>'></iframe>"]
    click A href "javascript:parent.ran=1"
    click B call parent.ran(1)
```

```mermaid
flowchart LR
    A --> B -->|| ((
```

[^1]: Of <b onclick="window.ran=1">somebody</b>, ![x](x" onerror="window.ran=1.png)
[^"><img src=x onerror=window.ran=1>]: What it says.
"""

WAY = """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" onload="parent.ran=1">
<script>parent.ran = 1; top.ran = 1</script><rect width="40" height="20" fill="teal"/></svg>
"""

GREETING = """# greeting Specification

## Purpose
Says how visitors of the shop are greeted, whatever door they come in by, at any time of the day.

## Requirements
### Requirement: Greeting
The shop SHALL greet every visitor.

#### Scenario: A visitor comes in
- **WHEN** a visitor comes in
- **THEN** the visitor is greeted

#### Scenario: Two visitors come in
- **WHEN** two visitors come in
- **THEN** both are greeted

### Requirement: Doors
Each door SHALL have a mat.

#### Scenario: A door is opened
- **WHEN** a door is opened
- **THEN** there is a mat

### Requirement: Old bell
The bell SHALL ring.

#### Scenario: Somebody rings
- **WHEN** somebody rings
- **THEN** it is heard
"""

POLITE = """## MODIFIED Requirements
### Requirement: Greeting
The shop SHALL politely greet every visitor.

#### Scenario: A visitor comes in
- **WHEN** a visitor comes in
- **THEN** the visitor is greeted by name

#### Scenario: Two visitors come in
- **WHEN** two visitors come in
- **THEN** both are greeted

#### Scenario: Nobody comes in
- **WHEN** nobody comes in
- **THEN** nobody is greeted

## ADDED Requirements
### Requirement: Farewell
The shop SHALL say goodbye to every visitor who leaves.

#### Scenario: A visitor leaves
- **WHEN** a visitor leaves
- **THEN** the visitor is told goodbye

## REMOVED Requirements
### Requirement: Old bell
**Reason**: Nobody hears it.
**Migration**: Knock.

## RENAMED Requirements
- FROM: `### Requirement: Doors`
- TO: `### Requirement: Mats`
"""

LOUD = """## MODIFIED Requirements
### Requirement: Greeting
The shop SHALL loudly greet every visitor.

#### Scenario: A visitor comes in
- **WHEN** a visitor comes in
- **THEN** the visitor is greeted loudly
"""

PROJECT = {
    "specs/greeting/spec.md": GREETING,
    "specs/weather/spec.md": "# weather\n\n## Requirements\n### Requirement: Rain\nIt rains.\n",
    "changes/polite-greeting/proposal.md": "# A polite greeting\n\n## Why\nManners matter to those"
    " who come here for the first time. See [the design](design.md) and"
    " [the spec](../../specs/greeting/spec.md).\n\n## What Changes\n- Greet politely\n",
    "changes/polite-greeting/design.md": "# Design\n\nA smile.\n",
    "changes/polite-greeting/specs/greeting/spec.md": POLITE,
    "changes/polite-greeting/tasks.md": "## 1. Words\n- [x] 1.1 Find `polite` words\n- [ ] 1.2 Say"
    " them\n\n## 2. Door\n- [ ] 2.1 Smile\n",
    "changes/loud-greeting/proposal.md": "# Louder\n\n## Why\nNot everybody hears well, and the"
    " shop is loud in the morning.\n\n## What Changes\n- Shout\n",
    "changes/loud-greeting/specs/greeting/spec.md": LOUD,
    "changes/loud-greeting/tasks.md": "- [ ] 1.1 Shout\n",
    "changes/only-a-thought/proposal.md": "# Only a thought\n\nSomething could be better.\n",
    "changes/only-a-thought/design.md": PICTURED,
    "changes/only-a-thought/way.svg": WAY,
    "changes/half-a-delta/proposal.md": "# Half a delta\n\n## Why\nThere was no time to write it"
    " down, so that only the beginning is here.\n\n## What Changes\n- Something\n",
    "changes/half-a-delta/specs/weather/spec.md": "# weather\n\nIt should snow, too.\n",
    "changes/half-a-delta/tasks.md": "1. Let it snow\n2. Shovel\n",
    "changes/改善-مرحبا/proposal.md": "# 改善问候\n\n## Why\n访客希望得到更好的问候,"
    "无论他们从哪扇门进来,也无论什么时候进来,店里都应当有人问候他们。\n\n"
    "مرحبا بكم في المتجر.\n\n## What Changes\n- 问候\n",
    "changes/改善-مرحبا/tasks.md": "- [ ] 1.1 更好地问候每一位访客\n- [ ] 1.2 رحب بالزائر\n",
    "changes/nasty/proposal.md": NASTY,
    "changes/nasty/tasks.md": "- [ ] 1.1 <img src=x onerror=window.ran=1> `<b>`\n",
    "changes/archive/2026-01-02-first-words/proposal.md": "# First words\n\n## Why\nThe shop was"
    " silent, and nobody knew that it was open.\n",
    "changes/archive/2026-01-02-first-words/tasks.md": "- [x] 1.1 Say something\n",
    "changes/archive/2026-01-02-first-words/specs/greeting/spec.md": "## ADDED Requirements\n###"
    " Requirement: Greeting\nThe shop SHALL greet every visitor.\n\n#### Scenario: A visitor comes"
    " in\n- **WHEN** a visitor comes in\n- **THEN** the visitor is greeted\n",
}


def write(folder: Path) -> Path:
    """Write it below a folder and give that folder."""
    for name, text in PROJECT.items():
        path = folder / "openspec" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
