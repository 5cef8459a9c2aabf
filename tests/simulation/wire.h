// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/transport.h"
#include "simulation/front.h"
#include "simulation/program_time.h"

#include <map>

namespace heartline::simulation {

/// The network between our program and one registry, down to statuses, headers, bodies and frames.
/// One stream at a time. Ends without a word, as a program's sockets do.
class Wire final : public Transport {
public:
    struct Told {
        /// Something was asked for, and not answered or by an error that is no 429.
        std::function<void()> refused;
        /// A record of this agent was asked for, and the registry gets to it.
        std::function<void(int agent)> asked;
    };
    Wire(EventQueue &queue, Random &random, World &world, Front &front, int registry,
         const ProgramTime &time, Told told);
    ~Wire() override;

    std::uint64_t send(const HttpRequest &request, Callback callback) override;
    void cancel(std::uint64_t id) override { m_requests.erase(id); }
    void reset() override;
    [[nodiscard]] std::unique_ptr<Stream> open(const StreamRequest &request,
                                               StreamEvents events) override;

    void publish(const StreamEvent &event);
    /// The stream's socket dies without a sign.
    void loseStreamSilently();
    /// The stream's socket is closed.
    void closeStream();
    [[nodiscard]] bool hasStream() const;
    /// It tells of all that is published.
    [[nodiscard]] bool tellsOfBeats() const {
        return hasStream() && m_front.weather.dropEvents == 0;
    }
    /// The machine sleeps: nothing arrives.
    void sleep() { m_asleep = true; }
    /// What should have come to nothing meanwhile does so now.
    void wake();

private:
    struct Waiting {
        Callback callback;
        MonoTime sentAt;
        Nanoseconds deadline;
        bool connects = false; ///< it got as far as a connection
    };
    struct Line {
        StreamEvents events;
        bool open = false;
        bool dead = false; ///< nothing comes any more, and nobody is told
    };
    class OpenStream;
    /// What a request needs of the registry.
    enum class Needs { Info, Records, OneRecord, List, Explanation };
    struct Answer {
        int status = 200;
        std::string body;
        std::vector<HttpHeader> headers;
        bool dropped = false; ///< the connection ends instead
    };
    [[nodiscard]] static Needs needsOf(std::string_view path);
    void timeOut(std::uint64_t id);
    void finish(std::uint64_t id, Result<HttpReply> reply);
    void finishIn(Nanoseconds delay, std::uint64_t id, Answer answer);
    /// What is answered instead, where anything stands in the way.
    [[nodiscard]] std::optional<Answer> refusalOf(Needs needs);
    [[nodiscard]] Answer answerTo(std::string_view path);
    [[nodiscard]] Answer recordOf(std::string_view id);
    /// So many records of the registry's own order, from there; those of ours alone, or all.
    [[nodiscard]] Answer listOf(std::size_t from, std::size_t most, bool developers);
    [[nodiscard]] Answer witnesses() const;
    void answerStream(const std::shared_ptr<Line> &line);
    void lose(const StreamLoss &loss);
    void later(Nanoseconds delay, std::function<void()> run);

    EventQueue &m_queue;
    Random &m_random;
    World &m_world;
    Front &m_front;
    const int m_registry;
    const ProgramTime &m_time;
    const Told m_told;
    std::map<std::uint64_t, Waiting> m_requests;
    std::uint64_t m_lastId = 0;
    std::shared_ptr<Line> m_line;
    Nanoseconds m_lastDelivery{};
    bool m_asleep = false;
    /// What is planned ends with it.
    std::shared_ptr<int> m_life = std::make_shared<int>();
};

} // namespace heartline::simulation
