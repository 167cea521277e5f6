import Encoding
import Synchronization

/// One launch of a sample app, from its first request to its last refresh.
struct AppRun: Sendable {
    /// Where the app learnt to go, from `smart-configuration`.
    struct Endpoints: Sendable {
        let authorization: String
        let token: String
        let jwks: String
        let issuer: String
    }

    /// Ties the redirect back to this run (RFC 6749 §10.12), and names its page.
    let state: String
    /// The secret in the cookie of the browser that began the run: nobody else continues or sees it.
    let browser: String
    let app: SampleApp
    let endpoints: Endpoints
    let codeVerifier: String
    let nonce: String
    let authorizationURL: String
    var isReturned = false
    var steps: [AppStep]
    /// The last answer of the token endpoint.
    var tokens: JSON?

    var refreshToken: String? { tokens?["refresh_token"]?.stringValue }
    var pagePath: String { "/app/\(app.id)/runs/\(state)" }
}

/// The runs in memory: the newest 200, so that no visitor can fill it.
final class AppRuns: Sendable {
    private struct State {
        var runs: [String: AppRun] = [:]
        var order: [String] = []
    }

    private let limit = 200
    private let state = Mutex(State())

    func add(_ run: AppRun) {
        state.withLock { state in
            state.runs[run.state] = run
            state.order.append(run.state)
            guard state.order.count > limit else { return }
            state.runs[state.order.removeFirst()] = nil
        }
    }

    /// The run, if this browser began it with this app.
    func find(_ key: String, app: String, browser: String?) -> AppRun? {
        state.withLock { $0.runs[key] }.flatMap { $0.app.id == app && $0.browser == browser ? $0 : nil }
    }

    /// The run, once: a second redirect with the same `state` finds nothing.
    func claim(_ key: String, app: String, browser: String?) -> AppRun? {
        state.withLock { state in
            guard let run = state.runs[key], run.app.id == app, run.browser == browser, !run.isReturned else {
                return nil
            }
            state.runs[key]?.isReturned = true
            return run
        }
    }

    /// Adds what happened; `tokens` nil keeps those there are.
    func append(_ steps: [AppStep], tokens: JSON?, to key: String) {
        state.withLock { state in
            state.runs[key]?.steps += steps
            if let tokens { state.runs[key]?.tokens = tokens }
        }
    }

    /// Takes the refresh token out, so that two clicks do not send it twice.
    func takeRefreshToken(_ key: String) -> String? {
        state.withLock { state in
            guard let token = state.runs[key]?.refreshToken, var tokens = state.runs[key]?.tokens?.objectValue else {
                return nil
            }
            tokens["refresh_token"] = nil
            state.runs[key]?.tokens = .object(tokens)
            return token
        }
    }
}
