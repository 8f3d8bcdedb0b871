/** The colours of a diagram, of those of the page that it stands on. Pure. */

/** The page's colours that are used, by the names that its style sheets have for them. */
export const COLOURS = /** @type {const} */ ([
  "page-bg",
  "sunk",
  "text",
  "text-2",
  "line-2",
  "line-3",
  "accent",
  "accent-wash",
  "accent-line",
  "warn-wash",
  "warn-line",
  "ok-wash",
  "bad-wash",
  "bad",
]);

/** @typedef {Record<typeof COLOURS[number], string>} Colours */

/** Mermaid's variables. @param {Colours} colours @param {boolean} dark */
export function variables(colours, dark) {
  const { text, accent, sunk, bad } = colours;
  const [page, soft, line] = [colours["page-bg"], colours["text-2"], colours["line-2"]];
  return {
    darkMode: dark,
    fontSize: "14px",
    background: page,
    textColor: text,
    titleColor: text,
    lineColor: colours["line-3"],
    primaryColor: colours["accent-wash"],
    primaryTextColor: text,
    primaryBorderColor: colours["accent-line"],
    secondaryColor: colours["ok-wash"],
    secondaryTextColor: text,
    secondaryBorderColor: line,
    tertiaryColor: sunk,
    tertiaryTextColor: text,
    tertiaryBorderColor: line,
    clusterBkg: sunk,
    clusterBorder: line,
    edgeLabelBackground: page,
    nodeTextColor: text,
    labelColor: text,
    noteBkgColor: colours["warn-wash"],
    noteBorderColor: colours["warn-line"],
    noteTextColor: text,
    signalTextColor: text,
    labelTextColor: text,
    loopTextColor: text,
    activationBkgColor: sunk,
    activationBorderColor: line,
    errorBkgColor: colours["bad-wash"],
    errorTextColor: bad,
    gridColor: line,
    todayLineColor: accent,
    taskTextOutsideColor: soft,
  };
}
