import HTTP

/// The demo's one stylesheet, at `/demo.css`.
enum DemoStyle {
    static let route = Route(
        .get, "/demo.css",
        Page { _ in
            Response(
                status: 200,
                headers: [("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "max-age=300")],
                body: Array(text.utf8))
        })

    private static let text = """
        :root {
          color-scheme: light dark;
          --ink: #1c2430; --muted: #5a6675; --paper: #f6f7f9; --card: #ffffff; --line: #d9dee5;
          --accent: #0b6e66; --on-accent: #ffffff; --good: #17693a; --bad: #a3231f; --code: #eef1f5;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e6eaf0; --muted: #9aa7b7; --paper: #12161c; --card: #1a2029; --line: #313b48;
            --accent: #5cc9bd; --on-accent: #06201d; --good: #73d49a; --bad: #ff9a92; --code: #232b36;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
        header { background: var(--card); border-bottom: 1px solid var(--line); }
        nav, main, footer { max-width: 62rem; margin: 0 auto; padding: .8rem 1rem; }
        nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: baseline; }
        .brand { font-weight: 700; margin-right: auto; color: var(--ink); text-decoration: none; }
        footer { color: var(--muted); font-size: .875rem; padding-bottom: 2rem; }
        h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; margin: .6rem 0; }
        h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; }
        a { color: var(--accent); }
        small { color: var(--muted); display: block; }
        .role { color: var(--muted); margin: .6rem 0 0; font-size: .875rem; }
        .cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
        .card, .step { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; padding: 1rem; }
        .card h2, .step h2 { margin-top: 0; }
        .button, button {
          display: inline-block; border: 0; border-radius: .5rem; padding: .6rem 1rem; font: inherit; font-weight: 600;
          background: var(--accent); color: var(--on-accent); text-decoration: none; cursor: pointer;
        }
        .button:hover, button:hover { filter: brightness(1.1); }
        a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible, summary:focus-visible {
          outline: 3px solid var(--accent); outline-offset: 2px;
        }
        label { font-weight: 600; display: block; }
        label.check { font-weight: 400; }
        select, input:not([type=checkbox]) {
          font: inherit; width: 100%; max-width: 26rem; padding: .5rem; border-radius: .4rem;
          border: 1px solid var(--muted); background: var(--paper); color: var(--ink);
        }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; margin: .5rem 0; }
        caption { text-align: left; color: var(--muted); padding: .3rem 0; overflow-wrap: anywhere; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-top: 1px solid var(--line); }
        td { overflow-wrap: anywhere; min-width: 6rem; }
        tbody th { font-weight: 600; width: 15rem; min-width: 7rem; overflow-wrap: anywhere; }
        @media (max-width: 40rem) {
          .step th, .step td { display: block; width: auto; }
          .step td { border-top: 0; padding-top: 0; }
          .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stack tbody tr {
            display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: .5rem 0; border-top: 1px solid var(--line);
          }
          .stack td { border: 0; padding: 0; min-width: 0; }
          .stack td:first-child { flex: 0 0 100%; font-weight: 600; }
        }
        dl { display: grid; gap: .3rem 1rem; }
        dt { font-weight: 600; }
        dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
        @media (min-width: 40rem) { dl { grid-template-columns: 12rem 1fr; } }
        ul.plain { list-style: none; padding: 0; margin: 0; }
        code, pre { font: .875rem/1.5 ui-monospace, monospace; background: var(--code); border-radius: .3rem; }
        code { padding: .1rem .3rem; overflow-wrap: anywhere; }
        pre { padding: .7rem; margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        summary { cursor: pointer; font-weight: 600; }
        details { margin: .5rem 0; }
        .contents { display: flex; flex-wrap: wrap; gap: .2rem 2.2rem; padding-left: 2rem; }
        .steps { list-style: none; padding: 0; margin: 1rem 0; display: grid; gap: 1rem; counter-reset: step; }
        .step { counter-increment: step; border-left: .3rem solid var(--accent); min-width: 0; }
        .step.failed { border-left-color: var(--bad); }
        .step h2::before { content: counter(step) ". "; color: var(--muted); }
        .check.passed b { color: var(--good); }
        .problem { color: var(--bad); font-weight: 600; }
        .next { margin: 1rem 0; }
        """
}
