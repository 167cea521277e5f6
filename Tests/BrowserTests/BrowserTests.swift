import Testing

/// The demo in a real browser, as a newcomer sees it. One browser at a time: each takes a processor of its own.
@Suite(.serialized, .needsChromium, .timeLimit(.minutes(5))) enum BrowserTests {}
