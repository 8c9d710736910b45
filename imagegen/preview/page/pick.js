// Owns the one thing that the page asks the server to do: to let an image show another take.

/** Choose a take; return the server's words. Throws an Error with `problem` when it is refused. */
export async function pick(name, take) {
  let answer = await post(name, take);
  // A server that was started anew has another token, which its own page tells.
  if (answer.status === 403 && (await renew())) answer = await post(name, take);
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said.done ?? "";
  throw refusal(said.problem ?? { summary: `The server said ${answer.status}`, detail: "", hint: "" });
}

async function post(name, take) {
  try {
    return await fetch("/api/pick", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Imagegen-Token": meta(document).content },
      body: JSON.stringify({ name, take }),
    });
  } catch {
    throw refusal({
      summary: "The preview does not answer",
      detail: "It may have been stopped in its terminal.",
      hint: "Start it again: `imagegen preview`",
      where: null,
    });
  }
}

async function renew() {
  const answer = await fetch("/", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = meta(page)?.content;
  if (!fresh || fresh === meta(document).content) return false;
  meta(document).content = fresh;
  return true;
}

function meta(page) {
  return page.querySelector('meta[name="imagegen-token"]');
}

function refusal(problem) {
  return Object.assign(new Error(problem.summary), { problem });
}
