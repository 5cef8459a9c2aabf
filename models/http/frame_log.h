// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace heartline::http {

/// Text frames that many sockets are sent, as a server writes them: made once, whoever reads them.
/// What lies more than kKeptBytes or kKeptFor back is dropped; who is so far behind misses it.
/// Thread: the listener's.
class FrameLog {
public:
    static constexpr std::size_t kKeptBytes = 16 * 1024 * 1024;
    static constexpr Nanoseconds kKeptFor = 30s;

    /// Where a reader stands. Made by `end()` alone.
    class Place {
        friend class FrameLog;
        std::uint64_t chunk = 0;
        std::size_t offset = 0;
        std::uint64_t frames = 0; ///< before it
    };

    /// Whole frames; valid while `chunk` lives, whatever is appended meanwhile.
    struct Slice {
        std::shared_ptr<const std::string> chunk;
        std::string_view bytes;
    };

    /// Is told of each frame; may be told while it writes.
    class Reader {
    public:
        Reader() = default;
        Reader(const Reader &) = delete;
        Reader &operator=(const Reader &) = delete;
        virtual ~Reader() = default;
        virtual void appended() = 0;
    };

    void append(std::string_view text, MonoTime now);
    [[nodiscard]] Place end() const;
    /// What follows `place`, which moves behind it; empty bytes at the end.
    [[nodiscard]] Slice next(Place &place);
    /// How much follows `place`: nothing, what came lately, or more than one write.
    enum class Behind { Nothing, Little, Much };
    [[nodiscard]] Behind behind(const Place &place) const;
    void add(Reader &reader) { m_readers.insert(&reader); }
    void remove(Reader &reader) { m_readers.erase(&reader); }
    [[nodiscard]] bool hasReaders() const { return !m_readers.empty(); }
    /// Frames that readers missed, all together.
    [[nodiscard]] std::uint64_t missed() const { return m_missed; }

    /// A frame's head: a text of so many bytes, whole and unmasked (RFC 6455, section 5.2).
    [[nodiscard]] static std::string head(std::size_t bytes);

private:
    struct Chunk {
        std::shared_ptr<std::string> bytes; ///< never grows beyond what it reserved
        std::uint64_t framesBefore = 0;
        std::uint64_t frames = 0;
        MonoTime since;
    };
    void makeRoom(std::size_t bytes, MonoTime now);

    std::deque<Chunk> m_chunks;
    std::uint64_t m_first = 0; ///< the number of the first chunk
    std::size_t m_bytes = 0;
    std::uint64_t m_frames = 0;
    std::uint64_t m_missed = 0;
    std::set<Reader *> m_readers;
};

} // namespace heartline::http
