/**
 * Copies text to the clipboard, also for other scripts; and adds a button to each code block that copies its text, without line
 * numbers, and of a shell session the commands only.
 */
(() => {
  "use strict";
  const template = document.querySelector('template[data-chapbook="copy-code-template"]');
  const model = template instanceof HTMLTemplateElement && template.content.querySelector("button");
  window.chapbook.copy = copy;
  const SESSIONS = ".language-console, .language-shellsession, .language-shell-session, .language-sh-session, .language-terminal";
  /** Prompts, the surest first: a `#` begins a comment, and a `>` output, where there are others. */
  const PROMPTS = [/^(?:\([^)]*\) )?(?:\[[^\]]*\]|[^\s$%❯]*[@:~/][^\s$%❯]*)? ?[$%❯] (.*)$/u, /^PS(?: [^>]*)?> (.*)$/u, /^(?:[^\s#]*[@:~/][^\s#]* ?)?# (.*)$/u, /^> (.*)$/u];
  if (!model) return;

  /** @param {string} text @returns {Promise<boolean>} */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }

  /** For pages over plain HTTP, where scripts have no access to the clipboard. @param {string} text */
  function copyBySelection(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "cb-visually-hidden";
    (document.querySelector("dialog[open]") || document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  /**
   * The commands of a shell session: lines with a prompt, without it, and the lines that continue them; no output. A session
   * without prompts is copied whole.
   * @param {string} session
   */
  function commands(session) {
    const lines = session.split("\n");
    const prompt = PROMPTS.find((form) => lines.some((line) => form.test(line)));
    if (!prompt) return session;
    const found = [];
    let continued = false;
    for (const line of lines) {
      /** @type {string | undefined} */
      const command = line.match(prompt)?.[1] ?? (continued ? line.replace(/^> ?/u, "") : undefined);
      if (command !== undefined) found.push(command);
      continued = command !== undefined && command.endsWith("\\");
    }
    return found.join("\n");
  }

  /** @param {HTMLButtonElement} button @param {boolean} done */
  function showOutcome(button, done) {
    const label = button.dataset.label || "";
    button.textContent = (done ? button.dataset.done : button.dataset.failed) || label;
    button.dataset.result = "";
    setTimeout(() => {
      button.textContent = label;
      delete button.dataset.result;
    }, 2000);
  }

  for (const figure of document.querySelectorAll(".cb-code")) {
    const code = figure.querySelector("pre code");
    if (!code) continue;
    const button = /** @type {HTMLButtonElement} */ (model.cloneNode(true));
    button.dataset.label = button.textContent || "";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const text = (code.textContent || "").replace(/\n$/u, "");
      const done = await copy(code.matches(SESSIONS) ? commands(text) : text);
      button.focus();
      showOutcome(button, done);
    });
    figure.append(button);
  }
})();
