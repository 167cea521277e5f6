import Encoding
import Threads

/// The table of routes. It answers 404, 405 with `Allow`, HEAD from GET and OPTIONS by itself.
package struct Router: Sendable {
    /// What a method and a path lead to.
    package enum Match: Sendable {
        /// A route, by its place in the table, with the parameters found in the path.
        case route(Int, parameters: [String: String])
        case notFound
        case methodNotAllowed(allow: String)
        /// OPTIONS on a path whose routes do not answer it themselves.
        case options(allow: String)

        var parameters: [String: String] {
            if case .route(_, let parameters) = self { parameters } else { [:] }
        }
    }

    /// The routes of one pattern.
    private struct Resource: Sendable {
        let pattern: RoutePattern
        var methods: [(method: Method, route: Int)]

        func route(_ method: Method) -> Int? {
            for entry in methods where entry.method == method { return entry.route }
            return method == .head ? route(.get) : nil
        }
    }

    package let routes: [Route]
    private let resources: [Resource]
    private let literals: PathTable
    /// The resources with parameters, the most specific first.
    private let patterns: [Int]
    private let onError: @Sendable (any Error, Request) -> Response
    private let onRefusal: @Sendable (Int, Request) -> Response?

    /// `onRefusal`: what is answered, with status 404 or 405, where no route has an answer; nil leaves it at a line of text.
    ///
    /// Fails if two routes would answer the same request and neither pattern is more specific.
    package init(
        _ routes: [Route], onError: @escaping @Sendable (any Error, Request) -> Response,
        onRefusal: @escaping @Sendable (Int, Request) -> Response? = { _, _ in nil }
    ) throws(RouteConflict) {
        self.routes = routes
        self.onError = onError
        self.onRefusal = onRefusal
        let resources = try Self.resources(routes)
        try Self.requireOrder(resources)
        self.resources = resources
        let indices = resources.indices
        literals = PathTable(
            indices.filter { resources[$0].pattern.isLiteral }
                .map { (path: Array(resources[$0].pattern.text.utf8), value: $0) })
        patterns = indices.filter { !resources[$0].pattern.isLiteral }
            .sorted { resources[$0].pattern.literals > resources[$1].pattern.literals }
    }

    /// The answer to a request made in process: same routing, same errors as over a socket.
    package func respond(to request: Request) async -> Response {
        let octets = Array(request.path.utf8)
        var response: Response
        switch match(request.method, octets.span) {
        case .route(let index, let parameters):
            var request = request
            request.pathParameters = parameters
            request.method = Self.endpointMethod(request.method)
            response = await respond(route: index, to: request)
        case let other: response = refusal(other, of: request)
        }
        if request.method == .head { response.body = [] }
        return response
    }

    /// What leads to a route. `path` is as sent, percent-encoded.
    package func match(_ method: Method, _ path: Span<UInt8>) -> Match {
        // RFC 9112 §3.2.4: `OPTIONS *` asks about the server as a whole.
        if path.count == 1, path[0] == 0x2a { return .options(allow: allow(Array(resources.indices))) }
        let literal = literals.value(path)
        if let literal, let route = resources[literal].route(method) { return .route(route, parameters: [:]) }
        var found = literal.map { [$0] } ?? []
        for index in patterns {
            guard let captured = resources[index].pattern.match(path) else { continue }
            guard let route = resources[index].route(method) else {
                found.append(index)
                continue
            }
            guard let parameters = Self.decode(captured) else { return .notFound }
            return .route(route, parameters: parameters)
        }
        if found.isEmpty { return .notFound }
        let allow = allow(found)
        return method == .options ? .options(allow: allow) : .methodNotAllowed(allow: allow)
    }

    /// Nil if a parameter is not percent-encoded UTF-8: nothing has such a name.
    private static func decode(_ captured: [(name: String, octets: [UInt8])]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (name, octets) in captured {
            guard let value = PercentEncoding.decode(String(decoding: octets, as: UTF8.self)) else { return nil }
            parameters[name] = value
        }
        return parameters
    }

    /// RFC 9110 §10.2.1, with HEAD wherever there is GET.
    private func allow(_ found: [Int]) -> String {
        var names: [String] = []
        for entry in found.flatMap({ resources[$0].methods }) {
            if !names.contains(entry.method.name) { names.append(entry.method.name) }
            if entry.method == .get, !names.contains("HEAD") { names.append("HEAD") }
        }
        if !names.contains("OPTIONS") { names.append("OPTIONS") }
        return names.joined(separator: ", ")
    }

    // MARK: Answers

    /// The method as an endpoint sees it: GET for HEAD, so that no endpoint takes HEAD for something else.
    static func endpointMethod(_ method: Method) -> Method { method == .head ? .get : method }

    /// The answer of a route that may wait.
    func respond(route index: Int, to request: Request) async -> Response {
        guard let trace = request.trace else { return await answer(of: index, to: request) }
        let response = await CurrentTrace.$id.withValue(trace.traceID) { await answer(of: index, to: request) }
        return traced(response, request)
    }

    private func answer(of index: Int, to request: Request) async -> Response {
        do {
            return try await routes[index].endpoint.respond(to: request)
        } catch {
            return onError(error, request)
        }
    }

    /// The answer of an endpoint that can do without waiting; nil where this once it cannot.
    func respond(immediate: any OpportunisticEndpoint, to request: Request) -> Response? {
        do {
            return try immediate.immediateResponse(to: request).map { traced($0, request) }
        } catch {
            return traced(onError(error, request), request)
        }
    }

    /// Tells whoever traces requests across systems which part of the trace this server was.
    private func traced(_ response: Response, _ request: Request) -> Response {
        guard let trace = request.trace else { return response }
        var response = response
        response.set("traceresponse", trace.response(requestID: request.id))
        return response
    }

    /// The answer where no route has one.
    func refusal(_ match: Match, of request: Request) -> Response {
        switch match {
        case .methodNotAllowed(let allow):
            var response = onRefusal(405, request) ?? .text(405, "This method is not allowed here.")
            response.set("Allow", allow)
            return response
        case .options(let allow): return Response(status: 204, headers: [("Allow", allow)])
        case .route, .notFound: return onRefusal(404, request) ?? .text(404, "There is nothing here.")
        }
    }

    // MARK: Building

    private static func resources(_ routes: [Route]) throws(RouteConflict) -> [Resource] {
        var resources: [Resource] = []
        for (index, route) in routes.enumerated() {
            let pattern = try RoutePattern(route.pattern)
            guard let place = resources.firstIndex(where: { $0.pattern.text == pattern.text }) else {
                resources.append(Resource(pattern: pattern, methods: [(route.method, index)]))
                continue
            }
            guard !resources[place].methods.contains(where: { $0.method == route.method }) else {
                throw RouteConflict(description: "\(route.method.name) \(route.pattern) is there twice")
            }
            resources[place].methods.append((route.method, index))
        }
        return resources
    }

    private static func requireOrder(_ resources: [Resource]) throws(RouteConflict) {
        for (index, one) in resources.enumerated() {
            for other in resources[..<index] where one.pattern.overlaps(other.pattern) {
                let ordered =
                    one.pattern.isMoreSpecific(than: other.pattern) || other.pattern.isMoreSpecific(than: one.pattern)
                guard ordered else {
                    throw RouteConflict(
                        description: "\(one.pattern.text) and \(other.pattern.text) fit the same path")
                }
            }
        }
    }
}
