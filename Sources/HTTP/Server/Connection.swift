import Crypto
import Glibc

/// One connection: reads requests, has them answered one after the other, writes the answers in order. Used by its
/// loop's thread alone.
final class Connection {
    enum Phase {
        case handshaking
        /// Waiting for a request, or within one.
        case reading
        /// An endpoint has been asked and has not answered yet.
        case serving
        /// The last answer is on its way.
        case closing
        /// The answer is sent; what still comes is dropped, so that no reset overtakes the answer.
        case lingering
        case closed
    }

    let token: ConnectionToken
    let origin: Origin
    private(set) var phase: Phase
    private var stream: Stream?
    private let service: Service
    private var reader: RequestReader
    /// Octets that came and were not used yet. Like `output` it is only ever written back whole: one change in place, and
    /// Swift would look for overlapping accesses each time that anybody asks for it.
    private var input: [UInt8] = []
    /// Octets the socket would not take yet.
    private var output: [UInt8] = []
    private var outputStart = 0
    private var interest = Epoll.Interest.reading
    private var timing: ConnectionTiming
    private var requests = 0
    private var lingered = 0
    private var isQueued = false
    private var peerHasFinished = false
    private var omitsBody = false
    private var keepsAlive = true
    /// When the request that is being answered had come, and its route: for who observes requests.
    private var asked: (at: Int64, route: Int?) = (0, nil)

    private static var flushAt: Int { 262_144 }
    private static var mostLingering: Int { 1_048_576 }

    init(token: ConnectionToken, stream: Stream, origin: Origin, service: Service, now: Int64) {
        phase = stream.tls == nil ? .reading : .handshaking
        timing = ConnectionTiming(limits: service.limits, now: now, isHandshaking: stream.tls != nil)
        self.token = token
        self.stream = stream
        self.origin = origin
        self.service = service
        reader = RequestReader(service: service, origin: origin)
    }

    // MARK: What happens to it

    /// Its descriptor can be read or written.
    func ready(_ event: Epoll.Event, _ context: LoopContext) {
        if event.isBroken { return close() }
        if phase == .handshaking { shakeHands(context) }
        if event.isWritable {
            flush(context)
            pumpInput(context)
        }
        if wantsRead { read(context) }
        finishTurn(context)
    }

    /// It had more to do than one turn allows.
    func resume(_ context: LoopContext) {
        isQueued = false
        pumpInput(context)
        if wantsRead, stream?.hasPending ?? false { read(context) }
        finishTurn(context)
    }

    /// The endpoint that was asked has answered.
    func deliver(_ response: Response, _ context: LoopContext) {
        guard phase == .serving else { return }
        phase = .reading
        write(response, context)
        pumpInput(context)
        finishTurn(context)
    }

    /// Looks at the deadlines (HT-04).
    func sweep(_ context: LoopContext) {
        if timing.writeHasExpired(context.now) {
            stream?.abandonOutput()
            return close()
        }
        guard timing.hasExpired(context.now), phase != .serving, phase != .closing else { return }
        if phase == .reading, reader.stage != .idle {
            refuse(ParseFailure(408, "the request took too long"), context)
            finishTurn(context)
        } else {
            close()
        }
    }

    /// The server stops: what is under way is finished, an idle connection is closed (ST-14).
    func drain(_ context: LoopContext) {
        guard phase == .reading || phase == .handshaking else { return }
        // A request may lie in the socket already.
        if wantsRead, phase == .reading { read(context) }
        if phase == .handshaking || phase == .reading && reader.stage == .idle && !isQueued {
            if output.isEmpty, context.output.isEmpty { return close() }
            phase = .closing
        }
        finishTurn(context)
    }

    func close() {
        phase = .closed
        stream = nil
        input = []
        output = []
    }

    // MARK: Reading

    /// Room for the longest head, and a little pipelining: beyond it nothing more is read until something is answered.
    private var mostWaitingInput: Int {
        service.limits.requestLine &+ service.limits.headerOctets &+ 16_384
    }

    private var wantsRead: Bool {
        switch phase {
        case .reading: !peerHasFinished && output.isEmpty && input.count < mostWaitingInput
        case .serving: !peerHasFinished && input.count < mostWaitingInput
        case .handshaking, .lingering: true
        case .closing, .closed: false
        }
    }

    private func shakeHands(_ context: LoopContext) {
        switch stream?.tls?.handshake() {
        case .octets:
            phase = .reading
            interest = .reading
            timing.finishHandshake(context.now)
        case .wantsRead: setInterest(.reading, context)
        case .wantsWrite: setInterest(.writing, context)
        case .ended, .failed, nil: close()
        }
    }

    private func read(_ context: LoopContext) {
        guard phase != .handshaking else { return }
        if phase == .lingering { return discard(context) }
        switch stream?.read(into: &context.readBuffer) {
        case .octets(let count): take(count, context)
        case .wantsRead, .wantsWrite: break
        case .ended: peerHasFinished = true
        case .failed, nil: close()
        }
    }

    /// What is in the read buffer: understood where it lies, and kept only as far as it is incomplete.
    private func take(_ count: Int, _ context: LoopContext) {
        if input.isEmpty, phase == .reading {
            let used = pump(context.readBuffer.span.extracting(0..<count), context)
            if used < count, phase != .closing { input = Array(context.readBuffer[used..<count]) }
        } else {
            var longer = input
            input = []
            longer.append(contentsOf: context.readBuffer[0..<count])
            input = longer
            pumpInput(context)
        }
    }

    private func pumpInput(_ context: LoopContext) {
        guard !input.isEmpty, phase == .reading else { return }
        // Taken out, so that nothing done while answering can touch what is being read.
        var waiting = input
        input = []
        let used = pump(waiting.span, context)
        guard phase != .closing, phase != .closed else { return }
        if used > 0 { waiting.removeSubrange(0..<used) }
        input = waiting
    }

    /// Reads requests out of `octets` and answers them, as long as answers go out as fast as requests come in.
    private func pump(_ octets: Span<UInt8>, _ context: LoopContext) -> Int {
        var position = 0
        var answered = 0
        while phase == .reading, output.isEmpty, position < octets.count {
            guard answered < context.limits.pipelinedRequests else {
                queue(context)
                break
            }
            var used = 0
            do throws(ParseFailure) {
                let rest = octets.extracting(position..<octets.count)
                let progress = try reader.advance(rest, used: &used, identifier: context.nextRequestID())
                position &+= used
                switch consume progress {
                case .needsMore: return position
                case .wantsContinue: context.output.append("HTTP/1.1 100 Continue\r\n\r\n")
                case .request(let exchange):
                    answered &+= 1
                    answer(exchange, context)
                }
            } catch {
                refuse(error, context)
                return octets.count
            }
            if context.output.count > Self.flushAt { flush(context) }
        }
        return position
    }

    /// Comes back to it after the other connections have had their turn.
    private func queue(_ context: LoopContext) {
        guard !isQueued else { return }
        isQueued = true
        context.resumptions = context.resumptions + [token]
    }

    /// Drops what a refused client still sends.
    private func discard(_ context: LoopContext) {
        switch stream?.readSocket(into: &context.readBuffer) {
        case .octets(let count):
            lingered &+= count
            if lingered > Self.mostLingering { close() }
        case .wantsRead, .wantsWrite: break
        case .ended, .failed, nil: close()
        }
    }

    // MARK: Answering

    private func answer(_ exchange: borrowing Exchange, _ context: LoopContext) {
        omitsBody = exchange.omitsBody
        keepsAlive = exchange.keepsAlive
        let router = service.router
        if service.observer != nil { asked = (MonotonicClock.nanoseconds(), nil) }
        guard case .route(let index, _) = exchange.match else {
            return write(router.refusal(exchange.match, of: exchange.request), context)
        }
        asked.route = index
        if let immediate = router.routes[index].immediate,
            let response = router.respond(immediate: immediate, to: exchange.request)
        {
            return write(response, context)
        }
        phase = .serving
        let (loop, token, request) = (context.loop, token, exchange.request)
        // Never cancelled: a client that goes away does not undo what it has asked for.
        Task(executorPreference: loop) {
            loop.deliver(await router.respond(route: index, to: request), to: token)
        }
    }

    private func write(_ response: Response, _ context: LoopContext) {
        requests &+= 1
        if let observer = service.observer {
            observer.finished(
                route: asked.route, status: response.status, nanoseconds: MonotonicClock.nanoseconds() &- asked.at,
                loop: context.index)
        }
        let closes = !keepsAlive || context.isDraining || requests >= context.limits.requestsPerConnection
        if !context.write(response, omitsBody: omitsBody, closes: closes) {
            context.log(.unwritableResponse(peer: origin.peer))
        }
        timing.beginRequest()
        if closes { phase = .closing }
    }

    /// Answers what is no request, and closes (HT-01).
    private func refuse(_ failure: ParseFailure, _ context: LoopContext) {
        context.log(.refused(peer: origin.peer, status: failure.status, reason: failure.reason))
        service.observer?.finished(route: nil, status: failure.status, nanoseconds: 0, loop: context.index)
        _ = context.write(.text(failure.status, failure.reason), omitsBody: false, closes: true)
        keepsAlive = true
        phase = .closing
    }

    // MARK: Writing

    /// Sends what there is: first what waits since earlier turns, then this turn's answers, in one call if possible.
    private func flush(_ context: LoopContext) {
        guard phase != .closed, phase != .handshaking else { return context.clearOutput() }
        if !output.isEmpty {
            var waiting = output
            output = []
            waiting.append(contentsOf: context.output)
            outputStart = send(waiting, from: outputStart)
            if outputStart < waiting.count, phase != .closed { output = waiting } else { outputStart = 0 }
        } else if !context.output.isEmpty {
            let sent = send(context.output, from: 0)
            if sent < context.output.count { output = Array(context.output[sent...]) }
        }
        context.clearOutput()
        timing.setWriting(!output.isEmpty, context.now)
    }

    /// How far it got.
    private func send(_ octets: [UInt8], from start: Int) -> Int {
        var position = start
        while position < octets.count {
            switch stream?.write(octets, from: position) {
            case .octets(let count): position &+= count
            case .wantsWrite, .wantsRead: return position
            case .ended, .failed, nil:
                close()
                return octets.count
            }
        }
        return position
    }

    private func finishTurn(_ context: LoopContext) {
        flush(context)
        guard phase != .closed, phase != .handshaking else { return }
        if output.isEmpty {
            if phase == .closing { finishClosing(context) }
            if phase == .reading, peerHasFinished, !isQueued { return close() }
        }
        guard phase != .closed else { return }
        if phase == .reading {
            timing.note(reader.stage, bodyReceived: reader.bodyReceived, context.now)
            // Input that waited for output to drain, or octets that only OpenSSL has.
            if output.isEmpty, stream?.hasPending ?? false { queue(context) }
        }
        var wanted: Epoll.Interest = []
        if wantsRead { wanted.insert(.reading) }
        if !output.isEmpty { wanted.insert(.writing) }
        setInterest(wanted, context)
    }

    /// A client that asked for the end and has sent nothing more needs no lingering.
    private func finishClosing(_ context: LoopContext) {
        if peerHasFinished || !keepsAlive && input.isEmpty && stream?.tls == nil { return close() }
        stream?.finishWriting()
        phase = .lingering
        timing.linger(context.now)
    }

    private func setInterest(_ wanted: Epoll.Interest, _ context: LoopContext) {
        guard wanted != interest else { return }
        interest = wanted
        context.epoll.change(token.descriptor, wanted, data: token.data)
    }
}
