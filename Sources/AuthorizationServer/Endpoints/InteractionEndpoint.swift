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
            return request.method == .post ? try await submit(request) : try await show(request)
        } catch let trouble as DirectoryTrouble {
            return server.pages.refusal(trouble, retry: retryAddress(request), request)
        } catch {
            return server.pages.refusal(error, request)
        }
    }

    /// The same page from its beginning: where a list was cut off, it is asked for anew.
    private func retryAddress(_ request: Request) -> String? {
        let sent = try? parameters(request.method == .post ? request.body : request.query)
        guard let handle = sent?["interaction"].flatMap(Handle.init) else { return nil }
        let kept = ["q", "birthdate"].compactMap { name in sent?[name].map { (name, $0) } }
        return server.path(step.path) + "?" + FormParameters([("interaction", handle.text)] + kept).serialized()
    }

    private func show(_ request: Request) async throws -> Response {
        let form = try parameters(request.query)
        let visit = try Visit(form["interaction"], request, server)
        try visit.requireHintedUser()
        try await visit.requirePermittedLaunch(server)
        let due = try await due(visit)
        if let consent = due as? ConsentStep, let answer = try await consent.answerFromMemory(visit, request, server) {
            return finish(answer, visit, request)
        }
        try SilentAnswer.refusePage(of: due, visit)
        guard due.path == step.path else { return redirect(to: due, visit) }
        let page = try await step.page(visit, form, server, server.pages.style(request, visit))
        var response = server.pages.response(200, page, formTarget: visit.target)
        server.pages.keepLanguage(request, in: &response)
        return response
    }

    private func submit(_ request: Request) async throws -> Response {
        try server.pages.requireSameOrigin(request)
        try request.requireForm()
        let form = try parameters(request.body)
        let visit = try Visit(form["interaction"], request, server)
        guard let token = form["csrf"], ConstantTime.equal(Array(token.utf8), Array(visit.formToken.utf8)) else {
            // Another session or an old page: show what is due now, take nothing.
            return redirect(to: try await due(visit), visit)
        }
        if form["decision"] == "deny" { return try await deny(visit, request) }
        try visit.requireHintedUser()
        try await visit.requirePermittedLaunch(server)
        let due = try await due(visit)
        guard due.path == step.path else { return redirect(to: due, visit) }
        let submission = Submission(
            visit: visit, form: form, request: request, style: server.pages.style(request, visit),
            now: server.clock.now)
        switch try await step.submit(submission, server) {
        case .proceed(let cookies):
            return try await proceed(visit, request, cookies)
        case .again(let page, let status):
            return server.pages.response(status, page, formTarget: visit.target)
        case .finish(let parameters):
            return finish(parameters, visit, request)
        }
    }

    /// The person says no, on whichever page (checklist AUTHZ-31). The interaction and the launch are used up.
    private func deny(_ visit: Visit, _ request: Request) async throws -> Response {
        let (handle, launch, now) = (visit.handle, visit.launch?.stored, server.clock.now)
        let (clientID, user) = (visit.client.id.value, visit.signedIn?.user)
        let address = request.peer.address
        let isClaimed = try await server.database.write { transaction in
            guard try transaction.claimInteraction(id: handle.id, hash: handle.hash, now: now) != nil else {
                return false
            }
            if let launch {
                _ = try transaction.claimLaunch(id: launch.id, hash: launch.secretHash, clientID: clientID, now: now)
            }
            // Who says no is asked again next time, whatever was remembered.
            if let user { _ = try transaction.deleteConsents(userID: user.id, clientID: clientID) }
            try transaction.audit(.deny, actor: user?.sub, client: clientID, address: address, at: now)
            return true
        }
        guard isClaimed else { throw VisitProblem.gone }
        return finish([("error", "access_denied"), ("error_description", "the user said no")], visit, request)
    }

    private func due(_ visit: Visit) async throws -> any InteractionStep {
        for step in interactionSteps {
            if try await step.isNeeded(visit, server) { return step }
        }
        return ConsentStep()
    }

    /// What is due next is known once the rows are read again; the next GET does that.
    private func proceed(_ visit: Visit, _ request: Request, _ cookies: [(String, String)]) async throws -> Response {
        guard cookies.isEmpty else { return redirect(to: SignInStep(), visit, cookies) }
        return redirect(to: try await due(try Visit(visit.handle.text, request, server)), visit)
    }

    private func redirect(
        to step: any InteractionStep, _ visit: Visit, _ cookies: [(String, String)] = []
    ) -> Response {
        var response = Response.redirect(to: server.url(step.path) + "?interaction=" + visit.handle.text)
        for cookie in cookies { response.add(cookie.0, cookie.1) }
        response.forbidStoring()
        return response
    }

    private func finish(_ parameters: [(String, String)], _ visit: Visit, _ request: Request) -> Response {
        var response = server.pages.answer(parameters, visit.target, visit.request.state, request)
        let cookie = server.cookies.set(server.cookies.interaction(visit.handle.id), "", maxAge: 0)
        response.add(cookie.0, cookie.1)
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
