// The page's few questions to the server. All state comes back through one stream of events.

export class ServerError extends Error {}

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    throw new ServerError("offline");
  }
  if (!response.ok) throw new ServerError(response.status === 413 ? "tooLong" : "failed");
  return response.json();
}

export const say = (person, place, text) => post("/api/say", { person, place, text });
export const tap = (person, button) => post("/api/tap", { person, ...button });
export const submit = (person, fields) => post("/api/form", { person, fields });
export const dismiss = (person) => post("/api/form", { person, fields: null });
export const move = (to) => post("/api/clock", { to });

export async function start() {
  const response = await fetch("/api/start");
  if (!response.ok) throw new ServerError("failed");
  return response.json();
}

export async function complete(person, place, text, signal) {
  const query = new URLSearchParams({ person, place, text });
  const response = await fetch(`/api/complete?${query}`, { signal });
  return response.ok ? (await response.json()).lines : [];
}

/** Listens for what is new to `person`; calls `news` with each batch. Returns a function that stops it. */
export function listen(person, news, connection) {
  const source = new EventSource(`/events?${new URLSearchParams({ person })}`);
  source.onmessage = (event) => news(JSON.parse(event.data));
  source.onopen = () => connection(true);
  source.onerror = () => connection(false);
  return () => source.close();
}
