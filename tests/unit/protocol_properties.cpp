// SPDX-License-Identifier: GPL-3.0-or-later
// Properties that hold for any input: parsers never crash, canonical JSON is canonical.
#include "base/rfc3339.h"
#include "protocol/activity_event.h"
#include "protocol/display_text.h"
#include "protocol/entity_record.h"
#include "protocol/heartbeat_message.h"

#include <rapidcheck.h>

using namespace heartline;
using protocol::Json;

int main() {
    bool good = true;
    const auto nanos = rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000'000'000);

    good &= rc::check("a time that is written is read back", [&] {
        const UtcTime time{Nanoseconds(*nanos)};
        RC_ASSERT(parseRfc3339(formatRfc3339Nanos(time)) == time);
    });
    good &= rc::check("no text makes the time parser do worse than refuse",
                      [](const std::string &text) { (void)parseRfc3339(text); });

    const auto text =
        rc::gen::map(rc::gen::container<std::u32string>(rc::gen::inRange<char32_t>(1, 0xD7FF)),
                     [](const std::u32string &points) {
                         std::string utf8;
                         for (const char32_t c : points) {
                             if (c < 0x80) {
                                 utf8 += static_cast<char>(c);
                             } else if (c < 0x800) {
                                 utf8 += static_cast<char>(0xC0 | (c >> 6));
                                 utf8 += static_cast<char>(0x80 | (c & 0x3F));
                             } else {
                                 utf8 += static_cast<char>(0xE0 | (c >> 12));
                                 utf8 += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
                                 utf8 += static_cast<char>(0x80 | (c & 0x3F));
                             }
                         }
                         return utf8;
                     });
    good &= rc::check(
        "canonical JSON is parsed back to the same value and is its own canonical form", [&] {
            Json value = Json::object();
            for (const auto &key : *rc::gen::container<std::vector<std::string>>(text))
                value[key] = *text;
            value["nested"] = {{"b", *rc::gen::arbitrary<int>()},
                               {"a", Json::array({*text, nullptr, true})}};
            const std::string canonical = protocol::canonicalJson(value);
            const Json again = Json::parse(canonical);
            RC_ASSERT(nlohmann::json(again) == nlohmann::json(value));
            RC_ASSERT(protocol::canonicalJson(again) == canonical);
        });
    good &= rc::check(
        "the order of members does not change canonical JSON",
        [](const std::map<std::string, int> &members) {
            Json forwards = Json::object();
            Json backwards = Json::object();
            int i = 0;
            std::vector<std::string> keys;
            keys.reserve(members.size());
            for (const auto &member : members)
                keys.push_back(std::to_string(i++) + ":" + std::to_string(member.second));
            for (const auto &key : keys)
                forwards[key] = 1;
            for (auto it = keys.rbegin(); it != keys.rend(); ++it)
                backwards[*it] = 1;
            RC_ASSERT(protocol::canonicalJson(forwards) == protocol::canonicalJson(backwards));
        });
    good &= rc::check("no bytes make a parser do worse than refuse", [](const std::string &bytes) {
        protocol::ActivityParser parser;
        (void)parser.parse(bytes);
        (void)protocol::parseEntityRecord(std::string_view(bytes));
        (void)protocol::parseHeartbeat(bytes, protocol::Dialect::Deployed);
        (void)protocol::parseHeartbeat(bytes, protocol::Dialect::Documented);
    });
    good &= rc::check("a damaged frame is refused or still names a plausible event", [] {
        std::string frame =
            R"({"type":"entity_heartbeat","timestamp":"2026-11-24T08:47:28.063109269Z",)"
            R"("data":{"entity_id":"zns:2b175b3b733d1b08991c092172fc4c09","status":"active"}})";
        const auto at = *rc::gen::inRange<std::size_t>(0, frame.size());
        frame[at] = *rc::gen::arbitrary<char>();
        protocol::ActivityParser parser;
        const auto event = parser.parse(frame);
        if (event)
            RC_ASSERT(event->entityId.size() <= 128);
    });
    good &=
        rc::check("display text is bounded, valid and on one line", [](const std::string &bytes) {
            const std::string shown = protocol::displayText(bytes, 20);
            RC_ASSERT(protocol::characterCount(shown) <= 21);
            RC_ASSERT(shown.find_first_of("\n\r\t") == std::string::npos);
        });
    return good ? 0 : 1;
}
