// Keeps a page of the preview fresh: reloads it when it has changed, swaps style sheets in place, shows what is wrong.
// In: the server's events `change` ({ paths }), `errors` ({ text }) and `ok`. The preview alone adds this script.
(() => {
  "use strict";

  const tag = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-chapbook-build]"));
  if (!tag || !window.EventSource) return;

  /** The build this page is up to date with; the server says what has changed since. */
  let build = tag.dataset.chapbookBuild || "";
  /** @type {EventSource | null} */
  let source = null;
  /** @type {HTMLElement | null} */
  let overlay = null;

  connect();
  // A browser opens few connections to one server, so tabs out of sight give theirs back.
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", connect);
  window.addEventListener("beforeprint", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());

  function connect() {
    if (source || document.hidden) return;
    const opened = new EventSource("/__chapbook/events?since=" + encodeURIComponent(build));
    source = opened;
    listen("change", (message) => change(message.paths));
    listen("errors", (message) => show(message.text || ""));
    listen("ok", hide);
    opened.onerror = () => {
      // A browser comes back by itself from a lost connection, not from a refused one.
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
      disconnect();
      setTimeout(connect, 1000);
    };

    /**
     * @param {string} name
     * @param {(message: { paths?: string[], text?: string }) => void} handle
     */
    function listen(name, handle) {
      opened.addEventListener(name, (event) => {
        build = event.lastEventId || build;
        handle(JSON.parse(event.data));
      });
    }
  }

  function disconnect() {
    if (source) source.close();
    source = null;
  }

  /** @param {string[] | undefined} paths what has changed; undefined if the server cannot tell */
  function change(paths) {
    const page = tag ? tag.dataset.chapbookPage : "";
    const used = usedPaths();
    const hits = (paths || []).filter((path) => path === page || used.has(path));
    const sheets = hits.map(sheetsAt);
    // A page that stands in for a site not built yet has no path of its own.
    if (!paths || !page || sheets.some((links) => links.length === 0)) {
      location.reload();
    } else {
      sheets.flat().forEach(swap);
    }
  }

  /** The files of the site that this page is made of, itself included. */
  function usedPaths() {
    const elements = [...document.querySelectorAll("[src], link[href]")];
    const written = elements.map((element) => element.getAttribute("src") || element.getAttribute("href") || "");
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    return new Set([location.href, ...written, ...loaded].map(sitePath));
  }

  /** @param {string} path */
  function sheetsAt(path) {
    const links = /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll('link[rel~="stylesheet"]'));
    return [...links].filter((link) => sitePath(link.href) === path);
  }

  /** @param {HTMLLinkElement} link */
  function swap(link) {
    const next = /** @type {HTMLLinkElement} */ (link.cloneNode());
    next.removeAttribute("integrity");
    next.href = link.href.replace(/[?#].*$/, "") + "?build=" + encodeURIComponent(build);
    // The old sheet stays until the new one is there: no flash of a bare page.
    next.onload = () => link.remove();
    next.onerror = () => next.remove();
    link.after(next);
  }

  /**
   * The path in the site that an address stands for, "" for addresses elsewhere.
   * @param {string} href
   */
  function sitePath(href) {
    try {
      const url = new URL(href, document.baseURI);
      const path = decodeURIComponent(url.pathname).slice(1);
      if (url.origin !== location.origin) return "";
      return path === "" || path.endsWith("/") ? path + "index.html" : path;
    } catch {
      return "";
    }
  }

  /** @param {string} text */
  function show(text) {
    hide();
    overlay = element("div", {
      position: "fixed", inset: "0", zIndex: "2147483647", overflow: "auto", padding: "2rem",
      background: "#1b1b1fF2", color: "#f4f4f5", font: "16px/1.5 system-ui, sans-serif", textAlign: "left",
    });
    overlay.setAttribute("role", "alert");
    overlay.lang = "en";
    overlay.dir = "ltr";
    const title = element("strong", { fontSize: "1.25rem" });
    title.textContent = "The book cannot be built; this is the last good page.";
    const close = element("button", {
      float: "right", font: "inherit", padding: "0.25rem 1rem", cursor: "pointer",
      color: "inherit", background: "none", border: "1px solid",
    });
    close.textContent = "Hide";
    close.addEventListener("click", hide);
    const messages = element("pre", {
      marginTop: "1.5rem", padding: "0", border: "0", background: "none", color: "inherit",
      font: "14px/1.5 ui-monospace, monospace", whiteSpace: "pre-wrap", overflowWrap: "anywhere",
    });
    messages.textContent = text;
    overlay.append(close, title, messages);
    document.body.append(overlay);
  }

  function hide() {
    if (overlay) overlay.remove();
    overlay = null;
  }

  /**
   * An element with styles set one by one, which a strict content security policy allows.
   * @param {string} name
   * @param {Record<string, string>} styles
   */
  function element(name, styles) {
    const made = document.createElement(name);
    Object.assign(made.style, styles);
    return made;
  }
})();
