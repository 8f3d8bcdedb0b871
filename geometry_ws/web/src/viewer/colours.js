// Made by `make generate` from geometry_ws/design. Don't edit.
export const COLOURS = Object.freeze({
  light: {
    canvas: "#f4f5f7",
    raised: "#ffffff",
    line: "#e3e6eb",
    text: "#15181e",
    accent: "#3a56d6",
  },
  dark: {
    canvas: "#0c0e11",
    raised: "#23282f",
    line: "#2a2f37",
    text: "#eceef2",
    accent: "#98abff",
  },
});
