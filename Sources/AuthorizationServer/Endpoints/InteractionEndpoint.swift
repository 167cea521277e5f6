import Crypto
import Encoding
import HTTP
import SMART
import Storage

/// The frame of every page between request and code: finds the visit, sends the browser to the page that is due, and lets
/// nothing in that this browser's own form did not send (SE-07, SE-08, AZ-29).
struct InteractionEndpoint: Endpoint {
    let step: any InteractionStep
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        do {
            return request.method == .post ? try await submit(request) : try show(request)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    private func show(_ request: Request) throws -> Response {
        let form = try parameters(request.query)
        let visit = try Visit(form["interaction"], request, server)
        try visit.requirePermittedLaunch(server)
        let due = try due(visit)
        guard due.path == step.path else { return redirect(to: due, visit) }
        let page = try step.page(visit, form, server, server.pages.style(request))
        return server.pages.response(200, page, formTarget: visit.target)
    }

    private func submit(_ request: Request) async throws -> Response {
        try server.pages.requireSameOrigin(request)
        try request.requireForm()
        let form = try parameters(request.body)
        let visit = try Visit(form["interaction"], request, server)
        guard let token = form["csrf"], ConstantTime.equal(Array(token.utf8), Array(visit.formToken.utf8)) else {
            // Another session or an old page: show what is due now, take nothing.
            return redirect(to: try due(visit), visit)
        }
        if form["decision"] == "deny" { return try await deny(visit, request) }
        try visit.requirePermittedLaunch(server)
        let due = try due(visit)
        guard due.path == step.path else { return redirect(to: due, visit) }
        let submission = Submission(
            visit: visit, form: form, request: request, style: server.pages.style(request), now: server.clock.now)
        switch try await step.submit(submission, server) {
        case .proceed(let cookies):
            return try await proceed(visit, request, cookies)
        case .again(let page, let status):
            return server.pages.response(status, page, formTarget: visit.target)
        case .finish(let location):
            return finish(location, visit)
        }
    }

    /// The person says no, on whichever page (checklist AUTHZ-31). The interaction and the launch are used up.
    private func deny(_ visit: Visit, _ request: Request) async throws -> Response {
        let (handle, launch, now) = (visit.handle, visit.launch?.stored, server.clock.now)
        let (clientID, actor) = (visit.client.id.value, visit.signedIn?.user.sub)
        let address = request.peer.address
        let isClaimed = try await server.database.write { transaction in
            guard try transaction.claimInteraction(id: handle.id, hash: handle.hash, now: now) != nil else {
                return false
            }
            if let launch {
                _ = try transaction.claimLaunch(id: launch.id, hash: launch.secretHash, clientID: clientID, now: now)
            }
            try transaction.audit(.deny, actor: actor, client: clientID, address: address, at: now)
            return true
        }
        guard isClaimed else { throw VisitProblem.gone }
        let parameters = [("error", "access_denied"), ("error_description", "the user said no")]
        let location = visit.target.url(
            parameters, state: visit.request.state, issuer: server.configuration.issuer)
        return finish(location, visit)
    }

    private func due(_ visit: Visit) throws -> any InteractionStep {
        try interactionSteps.first { try $0.isNeeded(visit, server) } ?? ConsentStep()
    }

    /// What is due next is known once the rows are read again; the next GET does that.
    private func proceed(_ visit: Visit, _ request: Request, _ cookies: [(String, String)]) async throws -> Response {
        guard cookies.isEmpty else { return redirect(to: SignInStep(), visit, cookies) }
        return redirect(to: try due(try Visit(visit.handle.text, request, server)), visit)
    }

    private func redirect(
        to step: any InteractionStep, _ visit: Visit, _ cookies: [(String, String)] = []
    ) -> Response {
        var response = Response.redirect(to: server.url(step.path) + "?interaction=" + visit.handle.text)
        for cookie in cookies { response.headers.append((name: cookie.0, value: cookie.1)) }
        response.forbidStoring()
        return response
    }

    private func finish(_ location: String, _ visit: Visit) -> Response {
        var response = Response.redirect(to: location)
        let cookie = server.cookies.set(server.cookies.interaction(visit.handle.id), "", maxAge: 0)
        response.headers.append((name: cookie.0, value: cookie.1))
        response.forbidStoring()
        return response
    }

    private func parameters(_ octets: [UInt8]) throws -> FormParameters {
        do {
            let form = try FormParameters(parsing: octets)
            // A box for each scope: this one field repeats by its nature.
            let others = FormParameters(form.items.filter { $0.name != "scope" }.map { ($0.name, $0.value) })
            if let name = others.repeated { throw OAuthError.repeated(name) }
            return form
        } catch let error as FormError {
            throw OAuthError(.invalidRequest, error.words)
        }
    }
}
