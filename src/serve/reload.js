// Reloads a page of the preview when it has changed, replaces changed style sheets without a reload, and shows errors.
// In: the server's events `change` ({ paths }), `errors` ({ text }) and `ok`. Only the preview server adds this script.
(() => {
  "use strict";

  const tag = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-chapbook-build]"));
  if (!tag || !window.EventSource) return;

  /** The id of the state that this page is up to date with. */
  let build = tag.dataset.chapbookBuild || "";
  /** @type {EventSource | null} */
  let source = null;
  /** @type {HTMLElement | null} */
  let overlay = null;

  connect();
  // Browsers limit the connections to one server, so hidden tabs close theirs.
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
      // Browsers reconnect after a lost connection, but not after one that was refused.
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

  /** @param {string[] | undefined} paths what has changed; undefined if the server does not know */
  function change(paths) {
    const page = tag ? tag.dataset.chapbookPage : "";
    const used = usedPaths();
    const hits = (paths || []).filter((path) => path === page || used.has(path));
    const sheets = hits.map(sheetsAt);
    // The page that is served before the first good build has an empty path.
    if (!paths || !page || sheets.some((links) => links.length === 0)) {
      location.reload();
    } else {
      sheets.flat().forEach(swap);
    }
  }

  /** The paths of this page and of the files that it uses. */
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
    // The old style sheet is removed when the new one has loaded, so that the page is never unstyled.
    next.onload = () => link.remove();
    next.onerror = () => next.remove();
    link.after(next);
  }

  /**
   * The path in the site of a URL; "" for URLs of other sites.
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
