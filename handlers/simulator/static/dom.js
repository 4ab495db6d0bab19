// Small helpers for making elements. Text is always set as text, never as HTML.

export const $ = (id) => document.getElementById(id);

/** An element: `el("p", {class: "quiet", onclick: f}, "text", child)`. Attributes that are null or false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Initials in a coloured disc; the colour only tells people apart, the name is always beside it. */
export function avatar(person) {
  const words = person.name.split(/\s+/);
  const initials = (words[0][0] + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
  return el("span", { class: `avatar hue-${hue(person.id)}`, "aria-hidden": "true" }, initials);
}

export function hue(text) {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % 6;
}
