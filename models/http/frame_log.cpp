// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/frame_log.h"

#include <algorithm>

namespace heartline::http {

namespace {
constexpr std::size_t kChunkBytes = 32 * 1024;
constexpr Nanoseconds kChunkTime = std::chrono::seconds(1);
constexpr char kWholeText = '\x81';
constexpr std::size_t kShortest = 126; ///< from here on the length takes two bytes
constexpr std::size_t kShort = 65536;  ///< and from here on eight
} // namespace

std::string FrameLog::head(std::size_t bytes) {
    std::string head(1, kWholeText);
    if (bytes < kShortest)
        return head += static_cast<char>(bytes);
    const int width = bytes < kShort ? 2 : 8;
    head += static_cast<char>(bytes < kShort ? 126 : 127);
    for (int i = width - 1; i >= 0; --i)
        head += static_cast<char>(static_cast<std::uint64_t>(bytes) >> (8 * i) & 0xff);
    return head;
}

void FrameLog::append(std::string_view text, MonoTime now) {
    const std::string head = FrameLog::head(text.size());
    makeRoom(head.size() + text.size(), now);
    Chunk &chunk = m_chunks.back();
    chunk.bytes->append(head).append(text);
    ++chunk.frames;
    ++m_frames;
    m_bytes += head.size() + text.size();
    for (Reader *reader : m_readers)
        reader->appended();
}

void FrameLog::makeRoom(std::size_t bytes, MonoTime now) {
    if (m_chunks.empty() || now - m_chunks.back().since > kChunkTime ||
        m_chunks.back().bytes->size() + bytes > m_chunks.back().bytes->capacity()) {
        m_chunks.push_back({std::make_shared<std::string>(), m_frames, 0, now});
        m_chunks.back().bytes->reserve(std::max(kChunkBytes, bytes));
    }
    while (m_chunks.size() > 1 &&
           (m_bytes + bytes > kKeptBytes || now - m_chunks.front().since > kKeptFor)) {
        m_bytes -= m_chunks.front().bytes->size();
        m_chunks.pop_front();
        ++m_first;
    }
}

FrameLog::Place FrameLog::end() const {
    Place place;
    place.chunk = m_first + (m_chunks.empty() ? 0 : m_chunks.size() - 1);
    place.offset = m_chunks.empty() ? 0 : m_chunks.back().bytes->size();
    place.frames = m_frames;
    return place;
}

FrameLog::Behind FrameLog::behind(const Place &place) const {
    if (place.frames == m_frames)
        return Behind::Nothing;
    return place.chunk + 1 < m_first + m_chunks.size() ? Behind::Much : Behind::Little;
}

FrameLog::Slice FrameLog::next(Place &place) {
    if (place.chunk < m_first) {
        m_missed += m_chunks.front().framesBefore - place.frames;
        place.chunk = m_first;
        place.offset = 0;
    }
    while (place.chunk - m_first < m_chunks.size()) {
        const Chunk &chunk = m_chunks[place.chunk - m_first];
        const std::string_view rest = std::string_view(*chunk.bytes).substr(place.offset);
        if (!rest.empty()) {
            place.offset = chunk.bytes->size();
            place.frames = chunk.framesBefore + chunk.frames;
            return {chunk.bytes, rest};
        }
        if (place.chunk - m_first + 1 == m_chunks.size())
            break; // more may come into this one
        ++place.chunk;
        place.offset = 0;
    }
    return {};
}

} // namespace heartline::http
