import Encoding
import HTTP

/// The URLs of the sample apps. Each app is a server of its own in real life; here they share one.
struct AppEndpoints: Sendable {
    let site: DemoSite
    let launch: AppLaunch
    let session: AppSession
    let runs = AppRuns()

    var routes: [Route] {
        [
            Route(.get, "/app/{name}", Page { try self.start($0) }),
            Route(.post, "/app/{name}/start", Page(sameOrigin: true) { try await self.begin($0, handle: nil) }),
            Route(.get, "/app/{name}/launch", Page { try await self.launched($0) }),
            Route(.get, "/app/{name}/callback", Page { try await self.callback($0) }),
            Route(.get, "/app/{name}/runs/{state}", Page { try self.show($0) }),
            Route(.post, "/app/{name}/runs/{state}/refresh", Page(sameOrigin: true) { try await self.refresh($0) }),
        ]
    }

    private func start(_ request: Request) throws -> Response {
        .page(AppPage(site: site).start(try app(of: request)))
    }

    /// SMART App Launch 2.2, EHR launch: the app is opened with `iss` and `launch`. It knows one server.
    private func launched(_ request: Request) async throws -> Response {
        let query = try FormParameters(parsing: request.query)
        guard query["iss"] == site.fhirBase else {
            throw DemoProblem("The app does not know the server of this launch.")
        }
        guard let handle = query["launch"] else { throw DemoProblem("The launch URL has no launch parameter.") }
        return try await begin(request, handle: handle)
    }

    private func begin(_ request: Request, handle: String?) async throws -> Response {
        let app = try app(of: request)
        guard app.launch == .standalone || handle != nil else {
            throw DemoProblem("\(app.name) is opened from the EHR.")
        }
        let browser = try browser(of: request) ?? launch.token()
        let purpose = try purpose(of: request, app)
        let run = try await launch.begin(app, launch: handle, purpose: purpose, browser: browser)
        runs.add(run)
        var response = Response.redirect(to: run.pagePath, status: 303)
        response.set("Set-Cookie", "\(Self.cookie)=\(browser); Path=/app/; HttpOnly; SameSite=Lax")
        return response
    }

    /// One of those that the app's page offers.
    private func purpose(of request: Request, _ app: SampleApp) throws -> String? {
        guard request.method == .post, let code = try FormParameters(parsing: request.body)["purpose_of_use"] else {
            return nil
        }
        guard app.purposes.contains(where: { $0.code == code }) else {
            throw DemoProblem("\(app.name) is not started for that purpose.")
        }
        return code
    }

    private func callback(_ request: Request) async throws -> Response {
        let app = try app(of: request)
        let answer = try FormParameters(parsing: request.query)
        guard answer.repeated == nil, let state = answer["state"],
            let run = runs.claim(state, app: app.id, browser: browser(of: request))
        else { throw DemoProblem("This redirect belongs to no launch that this browser began, or came twice.") }
        let (steps, tokens) = try await session.resume(run, with: answer)
        runs.append(steps, tokens: tokens, to: state)
        return .redirect(to: run.pagePath, status: 303)
    }

    private func show(_ request: Request) throws -> Response {
        .page(AppPage(site: site).run(try run(of: request)))
    }

    private func refresh(_ request: Request) async throws -> Response {
        let run = try run(of: request)
        guard let token = runs.takeRefreshToken(run.state) else { throw DemoProblem("There is no refresh token left.") }
        let (steps, tokens) = try await session.refresh(run, with: token)
        runs.append(steps, tokens: tokens, to: run.state)
        return .redirect(to: "\(run.pagePath)#step-\(run.steps.count + 1)", status: 303)
    }

    private static let cookie = "lanyard_demo_app"

    /// Only a value that this server may have set counts.
    private func browser(of request: Request) -> String? {
        request.cookie(Self.cookie).flatMap { Base64URL.decode($0)?.count == 32 ? $0 : nil }
    }

    private func app(of request: Request) throws -> SampleApp {
        guard let app = request.pathParameters["name"].flatMap(SampleApp.named) else {
            throw DemoProblem("There is no such app.", status: 404)
        }
        return app
    }

    private func run(of request: Request) throws -> AppRun {
        let app = try app(of: request)
        guard let run = runs.find(request.pathParameters["state"] ?? "", app: app.id, browser: browser(of: request))
        else { throw DemoProblem("This browser has no such launch; after a restart all are forgotten.", status: 404) }
        return run
    }
}
