// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/wire.h"

#include "base/http_date.h"
#include "simulation/answers.h"

#include <charconv>

namespace heartline::simulation {

namespace {

constexpr std::string_view kOrigin = "http://registry";
constexpr std::string_view kPage = "<html><body>Welcome</body></html>";
/// So many a developer's list says that it holds where it is cut off.
constexpr std::size_t kFull = 100;

/// The number behind `name=`; 0 where there is none.
std::size_t numberIn(std::string_view query, std::string_view name) {
    const std::size_t at = query.find(name);
    std::size_t number = 0;
    if (at != std::string_view::npos)
        std::from_chars(query.data() + at + name.size(), query.data() + query.size(), number);
    return number;
}

} // namespace

/// Our end of a stream.
class Wire::OpenStream final : public Stream {
public:
    OpenStream(Wire &wire, std::shared_ptr<Line> line) : m_wire(wire), m_line(std::move(line)) {}
    ~OpenStream() override {
        m_line->dead = true;
        if (m_wire.m_line == m_line)
            m_wire.m_line.reset();
    }
    OpenStream(const OpenStream &) = delete;
    OpenStream &operator=(const OpenStream &) = delete;
    void ping() override {
        if (!m_line->open)
            return;
        m_wire.later(m_wire.m_front.latency() + m_wire.m_front.latency(),
                     [&wire = m_wire, line = m_line] {
                         if (!line->dead && !wire.m_asleep && wire.m_front.reaches())
                             line->events.pong();
                     });
    }
    void send(std::string_view) override {}
    [[nodiscard]] std::string proxy() const override { return {}; }

private:
    Wire &m_wire;
    const std::shared_ptr<Line> m_line;
};

Wire::Wire(EventQueue &queue, Random &random, World &world, Front &front, int registry,
           const ProgramTime &time, Told told)
    : m_queue(queue), m_random(random), m_world(world), m_front(front), m_registry(registry),
      m_time(time), m_told(std::move(told)) {
    Registry &r = m_world.registries()[m_registry];
    r.subscriber = [this](const StreamEvent &published) { publish(published); };
    r.socketsDied = [this] {
        if (m_front.weather.passes())
            closeStream();
    };
}

Wire::~Wire() {
    Registry &r = m_world.registries()[m_registry];
    r.subscriber = nullptr;
    r.socketsDied = nullptr;
}

void Wire::later(Nanoseconds delay, std::function<void()> run) {
    m_queue.in(delay, [life = std::weak_ptr(m_life), run = std::move(run)] {
        if (!life.expired())
            run();
    });
}

Wire::Needs Wire::needsOf(std::string_view path) {
    if (path == "/v1/info")
        return Needs::Info;
    if (path.starts_with("/v1/entities/"))
        return Needs::OneRecord;
    if (path.starts_with("/v1/developers/") || path.find("offset=") != std::string_view::npos)
        return Needs::List;
    return Needs::Explanation;
}

std::uint64_t Wire::send(const HttpRequest &request, Callback callback) {
    const std::uint64_t id = ++m_lastId;
    const Weather &weather = m_front.weather;
    m_requests.emplace(id, Waiting{std::move(callback), m_time.mono(),
                                   m_queue.now() + request.timeout, !weather.blackhole});
    later(request.timeout, [this, id] { timeOut(id); });
    const std::string path = request.url.substr(kOrigin.size());
    const Needs needs = needsOf(path);
    if (needs != Needs::Info && m_random.chance(weather.lostReads))
        return id;
    const Registry &r = m_world.registries()[m_registry];
    if (weather.cut || (!r.up && !weather.blackhole)) {
        const bool proxied = !weather.cut && r.proxied;
        finishIn(20ms, id, proxied ? Answer{502, std::string(kPage)} : Answer{.dropped = true});
        return id;
    }
    later(m_front.latency(), [this, id, needs, path] {
        if (!m_requests.contains(id) || !m_front.reaches())
            return; // it runs into its timeout
        auto answer = refusalOf(needs);
        if (!answer)
            answer = answerTo(path);
        if (const auto date = m_front.date(); date && !answer->dropped)
            answer->headers.push_back({"date", formatHttpDate(*date)});
        if (m_front.weather.kept && needs != Needs::Info)
            answer->headers.push_back({"age", "600"});
        finishIn(m_front.latency(), id, std::move(*answer));
    });
    return id;
}

void Wire::timeOut(std::uint64_t id) {
    const auto it = m_requests.find(id);
    if (it == m_requests.end() || m_asleep)
        return;
    m_told.refused();
    finish(id, it->second.connects ? fail(ErrorKind::Timeout, "no answer in time")
                                   : fail(ErrorKind::Network, "no connection"));
}

void Wire::wake() {
    m_asleep = false;
    for (const auto &[id, waiting] : m_requests)
        if (waiting.deadline <= m_queue.now())
            later(0s, [this, late = id] { timeOut(late); });
}

void Wire::finish(std::uint64_t id, Result<HttpReply> reply) {
    auto waiting = m_requests.extract(id);
    if (!waiting.empty())
        waiting.mapped().callback(std::move(reply));
}

void Wire::finishIn(Nanoseconds delay, std::uint64_t id, Answer answer) {
    later(delay, [this, id, answer = std::move(answer)]() mutable {
        const auto it = m_requests.find(id);
        if (it == m_requests.end() || m_asleep)
            return;
        if (answer.dropped) {
            m_told.refused();
            return finish(id, fail(ErrorKind::Network, "the connection was refused"));
        }
        if (!m_front.weather.passes())
            return;
        if (answer.status >= 500 || answer.body == kPage)
            m_told.refused();
        finish(id, HttpReply{.status = answer.status,
                             .body = std::move(answer.body),
                             .headers = std::move(answer.headers),
                             .sentAt = it->second.sentAt,
                             .receivedAt = m_time.mono()});
    });
}

void Wire::reset() {
    for (auto &[id, waiting] : std::exchange(m_requests, {}))
        waiting.callback(fail(ErrorKind::Cancelled, "dropped to dial anew"));
}

std::optional<Wire::Answer> Wire::refusalOf(Needs needs) {
    const auto failed = [] { return Answer{500, answers::error("internal error")}; };
    const auto limited = [] { return Answer{429, answers::error("rate limit exceeded")}; };
    Weather &weather = m_front.weather;
    if (m_front.isOverLimit())
        return limited();
    if ((needs == Needs::Explanation && weather.unexplained) ||
        (needs == Needs::List && weather.noLists))
        return failed();
    if (needs != Needs::Info && m_world.registries()[m_registry].databaseAway)
        switch (m_world.registries()[m_registry].awayAs) {
        case Registry::Instead::ServerError:
            return failed();
        case Registry::Instead::Garbage:
            return Answer{200, std::string(kPage)};
        case Registry::Instead::Reset:
            return Answer{.dropped = true};
        }
    if (needs == Needs::OneRecord && weather.noRecords && !weather.other) {
        if (weather.recordsLimited)
            return limited();
        weather.refusedAt = weather.refusedAt.value_or(m_queue.now());
        return failed();
    }
    if (!m_random.chance(weather.refusals))
        return std::nullopt;
    switch (weather.refusal) {
    case Weather::Refusal::ServerError:
        return Answer{503, std::string(kPage)};
    case Weather::Refusal::RateLimit:
        return limited();
    case Weather::Refusal::Garbage:
        return Answer{200, std::string(kPage)};
    }
    return std::nullopt;
}

Wire::Answer Wire::answerTo(std::string_view path) {
    const bool other = m_front.weather.other;
    if (path == "/v1/info")
        return {200, answers::info(m_registry, other)};
    if (path.starts_with("/v1/entities/"))
        return recordOf(path.substr(std::string_view("/v1/entities/").size()));
    if (path.starts_with("/v1/developers/"))
        return listOf(0, m_world.registries()[m_registry].listCap, true);
    if (path == "/v1/network/status")
        return {200, answers::status(m_registry,
                                     m_world.now() - m_world.registries()[m_registry].startedAt)};
    if (path.find("offset=") != std::string_view::npos)
        return listOf(numberIn(path, "offset="), m_world.registries()[m_registry].listPage, false);
    return witnesses();
}

Wire::Answer Wire::recordOf(std::string_view id) {
    const int agent = m_world.agentAt(m_registry, id);
    const Answer unknown{404, answers::error("entity not found")};
    if (agent < 0 || m_front.weather.other)
        return unknown;
    m_told.asked(agent);
    if (agent == m_front.weather.ill)
        return {500, answers::error("internal error")};
    const auto facts = m_front.served(agent, false, tellsOfBeats());
    return facts ? Answer{200, answers::record(id, answers::kDeveloper, *facts)} : unknown;
}

Wire::Answer Wire::listOf(std::size_t from, std::size_t most, bool developers) {
    std::vector<std::string> records;
    std::size_t place = 0;
    const auto &agents = m_world.agents();
    for (int i = 0; i < static_cast<int>(agents.size()) && !m_front.weather.other; ++i) {
        if (agents[i].registry != m_registry)
            continue;
        const auto facts = m_front.served(i, true, tellsOfBeats());
        if (!facts || place++ < from || (most > 0 && records.size() >= most))
            continue;
        records.push_back(i == m_front.weather.ill
                              ? R"({"name":"ill","entity_id":7})"
                              : answers::record(agents[i].id, answers::kDeveloper, *facts));
    }
    const bool cut = developers && most > 0 && records.size() == most;
    return {200, answers::list(records, cut ? kFull : records.size())};
}

Wire::Answer Wire::witnesses() const {
    std::vector<std::string> records;
    if (!m_front.weather.other)
        for (const auto &witness : m_world.strangersBeats(m_registry))
            records.push_back(answers::strangersRecord(witness.entityId, witness.beat));
    return {200, answers::list(records, records.size())};
}

std::unique_ptr<Stream> Wire::open(const StreamRequest &, StreamEvents events) {
    m_line = std::make_shared<Line>(Line{std::move(events)});
    later(m_front.latency() + m_front.latency(), [this, line = m_line] {
        if (!line->dead && !m_asleep && line == m_line)
            answerStream(line);
    });
    return std::make_unique<OpenStream>(*this, m_line);
}

void Wire::answerStream(const std::shared_ptr<Line> &line) {
    const Registry &r = m_world.registries()[m_registry];
    const Weather &weather = m_front.weather;
    if (weather.blackhole || (r.up && r.frozen && !weather.cut))
        return; // nobody answers
    if (weather.cut || !r.up)
        return lose({"the connection was refused", 0});
    if (weather.strip)
        return lose({"the upgrade was refused", 404});
    line->open = true;
    line->events.connected();
    if (!line->dead)
        line->events.message(answers::greeting(m_world.utc(m_registry, m_world.now())));
}

void Wire::lose(const StreamLoss &loss) {
    const auto line = std::exchange(m_line, nullptr);
    line->dead = true;
    line->events.lost(loss);
}

void Wire::publish(const StreamEvent &event) {
    if (!hasStream() || m_front.weather.other || !m_front.weather.passes() ||
        m_random.chance(m_front.weather.dropEvents))
        return;
    // TCP keeps the order.
    m_lastDelivery = std::max(m_lastDelivery, m_queue.now() + m_front.latency());
    const bool stranger = event.kind == StreamEvent::Kind::Others;
    const std::string frame =
        answers::frame(event, stranger ? "zns:stranger" : m_world.agents()[event.agent].id);
    later(m_lastDelivery - m_queue.now(), [this, line = m_line, frame] {
        if (!line->dead && !m_asleep && m_front.weather.passes())
            line->events.message(frame);
    });
}

bool Wire::hasStream() const {
    return m_line && m_line->open && !m_line->dead;
}

void Wire::loseStreamSilently() {
    if (m_line)
        m_line->dead = true;
}

void Wire::closeStream() {
    if (hasStream() && !m_asleep)
        lose({});
}

} // namespace heartline::simulation
