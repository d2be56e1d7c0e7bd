// Extras only: every page works without this file.
(() => {
  "use strict";
  const announcer = () => document.getElementById("announcer");
  const say = (words) => { const place = announcer(); if (place) place.textContent = words; };
  const button = (words) => Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words });

  // A Show button for each secret.
  function reveal(input) {
    const { show, showOf, hide, hideOf } = input.dataset;
    const toggle = button(show);
    toggle.setAttribute("aria-label", showOf);
    toggle.setAttribute("aria-controls", input.id);
    toggle.addEventListener("click", () => {
      const open = input.type === "password";
      input.type = open ? "text" : "password";
      toggle.textContent = open ? hide : show;
      toggle.setAttribute("aria-label", open ? hideOf : showOf);
    });
    input.closest(".line").append(toggle);
  }

  // Fields that only count while another field has a certain value.
  function values(form, name) {
    const named = form.elements.namedItem(name);
    const controls = named ? (named.tagName ? [named] : [...named]) : [];
    return controls
      .filter((control) => !["checkbox", "radio"].includes(control.type) || control.checked)
      .filter((control) => !control.closest("[data-shown-when-input][hidden]"))
      .map((control) => control.value);
  }
  function settle(form) {
    form.querySelectorAll("[data-shown-when-input]").forEach((field) => {
      const { shownWhenInput, shownWhenEquals } = field.dataset;
      const sent = values(form, shownWhenInput);
      field.hidden = shownWhenEquals === "false" ? sent.some((value) => value === "true") : !sent.includes(shownWhenEquals);
    });
  }

  // Further rows of a map.
  function growing(map) {
    const add = button(map.dataset.add);
    add.addEventListener("click", () => {
      const rows = map.querySelectorAll(".map-row");
      const row = rows[rows.length - 1].cloneNode(true);
      row.querySelectorAll("input").forEach((input) => {
        input.removeAttribute("id");
        input.value = "";
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, rows.length + 1));
      });
      add.before(row);
      row.querySelector("input").focus();
    });
    map.append(add);
  }

  function copying(text) {
    const copy = button(text.dataset.copy);
    copy.classList.add("copy");
    copy.addEventListener("click", () => navigator.clipboard.writeText(text.textContent.trim()).then(() => {
      copy.textContent = text.dataset.copied;
      say(text.dataset.copied);
    }));
    text.after(copy);
  }

  function enhance(root) {
    root.querySelectorAll("input[data-show]").forEach(reveal);
    root.querySelectorAll(".map[data-add]").forEach(growing);
    root.querySelectorAll("form").forEach(settle);
    if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach(copying);
  }

  // A second press while the first is on its way does nothing. No button is disabled, so the focus stays.
  function busy(form, submitter) {
    form.dataset.busy = "true";
    submitter?.setAttribute("aria-disabled", "true");
    say(announcer()?.dataset.working ?? "");
  }
  function idle() {
    document.querySelectorAll("form[data-busy]").forEach((form) => delete form.dataset.busy);
    document.querySelectorAll("[aria-disabled=true]").forEach((control) => control.removeAttribute("aria-disabled"));
  }
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // These lead to another site or leave the page: htmx must not see them.
    if (event.submitter?.hasAttribute("data-navigate")) event.stopImmediatePropagation();
    busy(form, event.submitter);
  }, true);
  window.addEventListener("pageshow", idle);

  // A link of the error summary goes to its field, not only near it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".summary a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    const folded = target.closest("details:not([open])");
    if (folded) folded.open = true;
    target.focus({ preventScroll: true });
    (target.closest(".field") ?? target).scrollIntoView({ block: "start" });
  });
  document.addEventListener("change", (event) => { if (event.target.form) settle(event.target.form); });
  document.addEventListener("input", (event) => { if (event.target.form) settle(event.target.form); });

  // After a swap the person is where a new page would have put them.
  function arrive() {
    const summary = document.getElementById("error-summary");
    const heading = document.querySelector("main h1");
    if (!summary) window.scrollTo(0, 0);
    (summary ?? heading)?.focus();
    return summary ? "" : heading?.textContent ?? ""; // the summary is an alert: it speaks for itself
  }
  document.addEventListener("htmx:after:swap", (event) => {
    const main = document.querySelector("main");
    if (!main) return;
    enhance(main);
    announcer()?.classList.add("hidden");
    say(arrive());
  });
  // A refused page keeps its address; pushing it again would make Back do nothing.
  document.addEventListener("htmx:before:history:update", (event) => {
    if (event.detail.history?.path === location.pathname + location.search) event.preventDefault();
  });
  document.addEventListener("htmx:finally:request", idle);
  function shout(words) {
    idle();
    say(words ?? "");
    announcer()?.classList.remove("hidden");
  }
  document.addEventListener("htmx:error", () => shout(announcer()?.dataset.offline));
  // A failure of ours must not take the place of what was typed.
  document.addEventListener("htmx:before:response", (event) => {
    if (event.detail.ctx.response.status < 500) return;
    event.preventDefault();
    shout(announcer()?.dataset.unsaved);
  });

  document.documentElement.classList.add("js");
  enhance(document);
  if (document.getElementById("error-summary")) arrive();
})();
