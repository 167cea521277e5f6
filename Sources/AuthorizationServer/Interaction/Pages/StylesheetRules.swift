extension Stylesheet {
    /// From 360 to 1400 px and further, by keyboard and by thumb (targets of 44 px), on screen and on paper.
    static let rules = """
        *, *::before, *::after { box-sizing: border-box; }
        html {
          -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
          scroll-padding-block: 1rem 7rem;
        }
        body {
          margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
          padding: 0 1rem; border-block-start: .25rem solid var(--accent);
          background: var(--page); color: var(--text);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          overflow-wrap: anywhere;
        }
        h1, h2, p, dl, dd, ul, ol, fieldset { margin: 0; padding: 0; }
        p { text-wrap: pretty; }
        h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
        h2 { font-size: 1.125rem; line-height: 1.3; font-weight: 650; }
        a { color: var(--accent); text-underline-offset: .2em; }
        a:hover { color: var(--accent-strong); text-decoration-thickness: .125em; }
        code { font: .9375em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
        .aside {
          position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
        }

        .brand { display: flex; align-items: center; gap: .75rem; width: 100%; max-width: 46rem; padding: 1.5rem 0 1.25rem; }
        .brand:has(+ main:not(.wide)) { max-width: 27rem; }
        .brand-name { font-size: 1.125rem; font-weight: 650; letter-spacing: -.005em; }
        .brand-mark { flex: none; color: var(--accent); }
        .brand-mark-cross { stroke: var(--on-accent); }
        .brand-logo { flex: none; height: 2.5rem; width: auto; max-width: 10rem; object-fit: contain; }

        .card {
          width: 100%; max-width: 27rem; padding: 1.5rem; display: flex; flex-direction: column; gap: 1.25rem;
          background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
          box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 8px 24px rgb(0 0 0 / .06);
        }
        .card.wide { max-width: 46rem; }
        .lead { color: var(--muted); }
        h1 + .lead { margin-block-start: -.75rem; }
        .lead bdi { color: var(--text); font-weight: 600; }
        form { display: flex; flex-direction: column; gap: 1.25rem; }
        .field { display: flex; flex-direction: column; gap: .375rem; }
        .field > label, .search > label { font-weight: 600; }
        .hint { color: var(--muted); font-size: .9375rem; }

        :is(textarea, input:where([type="text"], [type="password"], [type="search"], [type="date"])) {
          width: 100%; min-width: 0; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit;
          background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; appearance: none;
        }
        [aria-invalid="true"] { border-color: var(--problem); }

        button, .button {
          display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: .5rem 1.25rem;
          font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
          color: var(--text); background: var(--card); border: 1px solid var(--edge); border-radius: .5rem;
        }
        button:hover, .button:hover { background: var(--well); color: var(--text); }
        button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
        button.primary:hover { color: var(--on-accent); background: var(--accent-strong); border-color: var(--accent-strong); }
        button.quiet { color: var(--muted); background: transparent; border-color: transparent; }
        button.quiet:hover { color: var(--text); background: var(--well); }
        .actions { display: flex; flex-direction: column; gap: .5rem; }
        .actions.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.25rem), 1fr)); gap: .75rem; }
        .actions.pair button { padding-inline: .75rem; overflow-wrap: normal; }

        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
        :is(button, .button, input):focus-visible { border-radius: .5rem; }
        input[type="radio"]:focus-visible { border-radius: 50%; }
        input[type="checkbox"]:focus-visible { border-radius: .2rem; }

        .notice { padding: .75rem 1rem; border-inline-start: .25rem solid; border-radius: .375rem; }
        .problem { color: var(--problem); background: var(--problem-ground); font-weight: 550; }
        .caution { color: var(--caution); background: var(--caution-ground); }

        .search-line { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; }
        .search-line .field { flex: 1 1 10rem; }
        .search-line .words { flex: 2 1 17rem; }
        .search-line button { flex: 0 1 auto; }

        fieldset { min-width: 0; border: 0; }
        legend { padding: 0; margin-block-end: .5rem; font-weight: 650; }
        .choices { display: flow-root; }
        .choice {
          position: relative; display: grid; grid-template-columns: auto 1fr; align-items: start; column-gap: .75rem;
          padding-inline: .875rem; border: 1px solid var(--line); background: var(--card);
        }
        .choice + .choice { border-block-start: 0; }
        .choices > :nth-child(2 of :is(legend, .choice)) { border-start-start-radius: .5rem; border-start-end-radius: .5rem; }
        .choices > .choice:last-child { border-end-start-radius: .5rem; border-end-end-radius: .5rem; }
        .choice > input { width: 1.25rem; height: 1.25rem; margin: .8125rem 0 0; accent-color: var(--accent); cursor: pointer; }
        .choice > label {
          display: flex; flex-wrap: wrap; align-items: baseline; gap: .125rem 1rem; min-height: 2.75rem;
          padding-block: .625rem; cursor: pointer;
        }
        .choice > label::before { content: ""; position: absolute; inset: 0; }
        .choice > input, .choice > .parts { z-index: 1; }
        .broad, .continued > .choice { border-inline-start: .25rem solid var(--caution); }
        .choice:hover { background: var(--well); }
        .choice:has(> input[type="radio"]:checked) { background: var(--accent-ground); }
        .choice-title { font-weight: 600; }
        .facts { flex: 1 0 100%; display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--muted); font-size: .9375rem; }
        .more a { display: inline-flex; align-items: center; min-height: 2.75rem; font-weight: 600; }
        .empty { padding: 1.25rem; text-align: center; color: var(--muted); background: var(--well); border-radius: .5rem; }

        .about { display: grid; border: 1px solid var(--line); border-radius: .5rem; background: var(--well); }
        .about > div { padding: .625rem 1rem; }
        .about > div + div { border-block-start: 1px solid var(--line); }
        .about dt { color: var(--muted); font-size: .875rem; }
        .about .fact { display: block; color: var(--muted); }

        .scope .choice-title { font-weight: 500; }
        .scope .choice-title::first-letter { text-transform: uppercase; }
        .explanation { grid-column: 2; margin-block: -.5rem .75rem; color: var(--muted); font-size: .9375rem; }
        label:has(.tag) + .explanation { margin-block-start: 0; }
        .warning { color: var(--caution); font-weight: 600; }
        .tag {
          padding: .0625rem .5rem; font-size: .8125rem; font-weight: 600; white-space: nowrap;
          color: var(--caution); background: var(--caution-ground); border: 1px solid; border-radius: 1rem;
        }
        .needed { font-style: italic; }
        .choice:has(> input:disabled), .choice > input:disabled, .choice > input:disabled + * + label { cursor: default; }
        .parts { grid-column: 1 / -1; margin-block: -.5rem .25rem; }
        .parts[open] { margin-block-end: .875rem; }
        .parts > summary {
          display: list-item; min-height: 2.75rem; padding-block: .625rem; color: var(--accent); font-weight: 600;
          cursor: pointer;
        }
        .parts > .hint { margin-block-end: .5rem; }
        /* The parts count once the whole is cleared; until then there is nothing to tick. */
        .choice:has(> input:checked) > .parts > .choice { display: none; }
        .continued .notice { margin-block-end: .5rem; }
        .alone { border-radius: .5rem; }

        .success { color: var(--text); background: var(--accent-ground); border-color: var(--accent); font-weight: 550; }
        .app { display: flex; flex-direction: column; gap: .75rem; padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); }
        .app ul, .history { list-style: none; }
        .app li + li { margin-block-start: .25rem; }
        .history li {
          display: flex; flex-wrap: wrap; justify-content: space-between; gap: .125rem 1rem; padding-block: .625rem;
          border-block-start: 1px solid var(--line);
        }
        .history .when { font-weight: 600; }
        .history .where { flex: 1 0 100%; color: var(--muted); font-size: .9375rem; }
        .history .failed { color: var(--problem); font-weight: 600; }
        .trust { color: var(--muted); font-size: .9375rem; }

        .foot {
          width: 100%; max-width: 27rem; padding: 1.5rem 0 2rem; color: var(--muted); font-size: .875rem;
          text-align: center; text-wrap: balance;
        }
        .foot ul { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 1.5rem; list-style: none; }
        .foot a { display: inline-flex; align-items: center; min-height: 2.75rem; color: inherit; }

        @media (min-width: 40rem) {
          .parts { grid-column: 2; }
          .brand { padding-block: 3rem 1.25rem; }
          .card { padding: 2rem; }
          .wide .actions { flex-direction: row; }
          .wide .actions .primary { flex: none; min-width: 10rem; }
          .wide .actions.pair { grid-template-columns: auto auto; justify-content: end; }
          .wide .actions.pair button { min-width: 10rem; }
          .about:not(.small) > div { display: grid; grid-template-columns: 11rem 1fr; gap: 1rem; align-items: baseline; }
        }
        @media (min-height: 36rem) {
          .sticky {
            flex-direction: row; position: sticky; inset-block-end: 0; z-index: 2; margin-block-end: -1.5rem;
            padding-block: 1rem 1.5rem; background: var(--card); border-block-start: 1px solid var(--line);
          }
          .sticky .primary { flex: 1 1 auto; }
        }
        @media (forced-colors: active) {
          .choice:has(> input:checked) { outline: 2px solid Highlight; outline-offset: -2px; }
          .brand-mark-cross { stroke: Canvas; }
        }
        @media print {
          body { background: none; border: 0; }
          .card { border: 0; box-shadow: none; padding: 0; }
          .actions, .search, .foot ul { display: none; }
          .parts:not([open]) > :not(summary) { display: block; }
        }

        """
}
