// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/oracle.h"

#include <algorithm>

namespace heartline::simulation {

namespace effect = liveness::effect;
using liveness::AgentState;

namespace {
constexpr auto kStale = Nanoseconds(90s);
/// A beat so soon after the registration cannot be told from it.
constexpr auto kShadow = std::chrono::seconds(3);
constexpr auto kPromptness = std::chrono::seconds(3);
/// What lasts is looked at so often.
constexpr auto kCheckedEvery = std::chrono::seconds(1);
/// Where nothing makes answers slow.
constexpr auto kRoundTrip = std::chrono::milliseconds(120);
/// A machine's clock and the registry's may go so far apart within a minute or two.
constexpr auto kRounding = std::chrono::milliseconds(20);
/// A clock that goes wrong by 1 % is known no better than a date's second.
constexpr auto kForgedRounding = std::chrono::seconds(1);
constexpr auto kDriftRounding = std::chrono::milliseconds(1500);
/// So long after a clock was set, or dates were wrong, it is known again.
constexpr auto kClocksKnown = std::chrono::seconds(120);
/// Green lasts 45 s; a record is cut to a second, the registry's clock is known to half a second,
/// ticks come every 250 ms.
constexpr auto kGreen = std::chrono::milliseconds(45'000 + 1'000 + 500 + 300);
/// A beat, or the answer that confirms an alert, and the tick that tells it.
constexpr auto kOnItsWay = std::chrono::milliseconds(500);
/// A record that was asked for within this time confirms what became known only now.
constexpr auto kConfirmed = std::chrono::seconds(5);
/// Nobody beats for so long: then a date that is odd is all there is to place a beat by.
constexpr auto kNobodyBeats = std::chrono::seconds(36);
/// A list that is read by pages takes so long.
constexpr auto kPagesRead = std::chrono::seconds(10);
/// Of six requests a minute every second is for something else.
constexpr Nanoseconds kSeldomEach = std::chrono::seconds(20);
/// One or two whose age is in doubt are more than a fourth of so few.
constexpr int kSoFew = 7;
/// A clock that nobody looked at for so long may have been set; and at a start there are no stamps.
constexpr auto kFirstLook = std::chrono::seconds(600);
/// A date is odd that lies two minutes from our own clock.
constexpr auto kOurClockServes = std::chrono::seconds(118);
/// Who started just now takes whoever fell silent since for one that fell silent with an outage.
constexpr auto kLately = Nanoseconds(700s);
/// What happened is asked for, and a list read, before anybody is accused after an outage.
constexpr auto kExplained = std::chrono::seconds(15);
/// Twice the slowest message, where nothing delays it.
constexpr auto kUnderWay = std::chrono::milliseconds(150);
/// What an agent has of the registry's hearing time to be heard in, where there were outages: one
/// that is connected all the while, and one that is still coming back.
constexpr auto kComeBack = Nanoseconds(75s);
constexpr auto kLongestHearing = Nanoseconds(150s);
/// The longest backoff and handshake.
constexpr auto kComingBack = std::chrono::seconds(70);
/// What the dashboard may count as not heard before an outage, and after it.
constexpr auto kUnprovedBefore = std::chrono::seconds(12);
constexpr auto kUnprovedAfter = std::chrono::seconds(14);
/// Nobody can be read for so long: that is told.
constexpr auto kUnreadable = std::chrono::seconds(120 + 3 * 20 + 25 + 15);
/// Where not one answer comes: that it is silent, that reads of several fail, and its 25 s.
constexpr auto kMute = std::chrono::seconds(90);
/// That another registry answers is told at the next try, which may be 10 s off.
constexpr auto kOtherTold = std::chrono::seconds(15);
/// An answer may have been under way when that began.
constexpr auto kLastAnswer = std::chrono::seconds(5);
/// One list that is empty is an answer; another tells that the registry lost its agents.
constexpr auto kMissedTwice = std::chrono::seconds(20);
/// All is well so long after the last trouble; and who beats all the while is shown so.
constexpr auto kSettled = std::chrono::seconds(120);
/// That its record is lost is seen when it is asked for, twice, as it is quiet.
constexpr auto kLostSeen = std::chrono::seconds(60);
/// That it is back is seen within a minute, and then it has its 75 s.
constexpr auto kFoundAgain = std::chrono::seconds(60 + 76 + 5);
/// One whose registration was not heard is found so late, where lists are cut off.
constexpr auto kPaged = std::chrono::seconds(330);
constexpr auto kNewcomersFound = std::chrono::seconds(10);
/// Whatever hindered reading: so long after it ended the dashboard has found out.
constexpr auto kFoundOut = std::chrono::seconds(45);
/// A registry that gave out old records may do so again for some.
constexpr auto kOldAgain = std::chrono::seconds(900);
/// Each has beaten once.
constexpr auto kTurn = std::chrono::seconds(36);
/// One that silences some, and not all.
constexpr auto kBriefOutage = std::chrono::seconds(25);
/// One that limits us, and gave no good answer for so long, is not seen.
constexpr auto kLimitedTells = std::chrono::seconds(60);
/// Its stream may not be believed yet.
constexpr auto kForgedLately = std::chrono::seconds(1800);
constexpr Nanoseconds kLongestAnswer = std::chrono::seconds(12);
/// Where so few may be read, one look at each is all there is in that time after a clock was set.
constexpr Nanoseconds kSeldomRead = std::chrono::seconds(300);
/// So long after many 429 less is asked, which makes it late by so much.
constexpr Nanoseconds kCautious = std::chrono::seconds(300);
constexpr Nanoseconds kCautiously = std::chrono::seconds(30);
/// Answers come 6 s apart where some say that it ended.
constexpr Nanoseconds kContested = std::chrono::seconds(60);
/// Of whom records tell nothing, a silence of 150 s on the stream does.
constexpr auto kToldUnread = std::chrono::seconds(150 + 75 + 36);
/// Records are held against the stream every 120 s, and what they miss counts after 40 s.
constexpr auto kForgeryFound = std::chrono::seconds(120 + 40 + 20);
} // namespace

Oracle::Oracle(EventQueue &queue, World &world)
    : troubles(world.registries().size()), m_queue(queue), m_world(world),
      m_incidents(world.agents().size()), m_greenSince(world.agents().size()),
      m_foundAt(world.agents().size(), -1000s), m_sightedAt(world.registries().size(), -1s),
      m_toldSince(world.registries().size()), m_toldOld(world.registries().size(), -1000s),
      m_blindFrom(world.registries().size()), m_lastUnseen(world.agents().size()),
      m_setUnseenAt(world.registries().size(), -1000s) {}

void Oracle::violate(int agent, std::string what) {
    if (m_violations.size() < 100)
        m_violations.push_back({m_queue.now(), agent, std::move(what)});
}

bool Oracle::isCalm(int registry, Nanoseconds since) const {
    const Trouble &trouble = troubles[registry];
    return trouble.anything == 0 &&
           m_queue.now() - std::max(trouble.changedAt, m_startedAt) > since;
}

void Oracle::linkSighted(int registry, Nanoseconds blindFrom) {
    troubles[registry].fellTogether = false;
    m_sightedAt[registry] = m_queue.now();
    m_blindFrom[registry] = blindFrom;
    // Reads fail before the link is said to be gone.
    const Trouble &trouble = troubles[registry];
    const Nanoseconds unseenFrom = trouble.endedAt > trouble.clockSetAt
                                       ? std::min(blindFrom, trouble.unreadableSince)
                                       : blindFrom;
    if (trouble.clockSetAt > unseenFrom)
        m_setUnseenAt[registry] = trouble.clockSetAt;
    for (std::size_t agent = 0; agent < m_world.agents().size(); ++agent) {
        const Agent &a = m_world.agents()[agent];
        if (a.registry == registry && a.lastBeat > blindFrom)
            m_lastUnseen[agent] = a.lastBeat;
    }
}

void Oracle::dashboardStarted() {
    m_startedAt = m_queue.now();
    std::fill(m_sightedAt.begin(), m_sightedAt.end(), -1s);
}

void Oracle::observe(const liveness::Effect &observed) {
    if (const auto *alert = std::get_if<effect::AlertRaised>(&observed))
        raised(m_dashboard->agentOf(alert->watch), *alert);
    else if (const auto *end = std::get_if<effect::AlertResolved>(&observed))
        resolved(m_dashboard->agentOf(end->watch), end->reason);
    else if (const auto *blind = std::get_if<effect::RegistryAlertRaised>(&observed))
        registryRaised(static_cast<int>(blind->registry));
    else if (const auto *seen = std::get_if<effect::RegistryAlertResolved>(&observed))
        registryResolved(static_cast<int>(seen->registry));
    else if (const auto *doubled = std::get_if<effect::DoubledChanged>(&observed)) {
        const int agent = m_dashboard->agentOf(doubled->watch);
        const Agent &a = m_world.agents()[agent];
        if (doubled->doubled && !a.twins && m_queue.now() - a.forgedAt > 300s &&
            (!a.twinsEndedAt || m_queue.now() - *a.twinsEndedAt > 300s))
            violate(agent, "two processes are told, but there is one");
    }
}

void Oracle::registryRaised(int registry) {
    ++m_registryAlerts;
    const Trouble &trouble = troubles[registry];
    // Where the clock was set back while events were lost, or there was no stream and no right
    // date, it looks as a cache would.
    if (allDeregistered(registry))
        return;
    const bool untold =
        trouble.wrongClocks > 0 || trouble.datesWrongUntil > trouble.clockSetAt - kClocksKnown;
    const bool asCached = (trouble.droppedUntil > trouble.clockSetAt ||
                           (trouble.withoutStream > trouble.clockSetAt && untold)) &&
                          m_queue.now() - trouble.clockSetAt < 3 * kStale;
    // Where lists are refused, and nobody is known, nothing can be read; nor where these are
    // limited, and no other record than one that is ill is there.
    const bool unlisted = m_queue.now() < trouble.meteredUntil && isIllAlone(registry);
    if (trouble.active == 0 && !unlisted && !asCached &&
        m_queue.now() - trouble.unlistedUntil > kFoundOut &&
        m_queue.now() - trouble.forgedAt > 300s &&
        (trouble.endedAt < 0s || m_queue.now() - trouble.endedAt > kFoundOut))
        violate(-1, "an alert for a registry that has no trouble");
}

bool Oracle::allDeregistered(int registry) const {
    const auto &view = m_dashboard->core().registry(static_cast<liveness::RegistryIndex>(registry));
    std::size_t gone = 0;
    for (const liveness::WatchIndex watch : view.watches)
        gone += hasEnded(m_world.agents()[m_dashboard->agentOf(watch)]) ? 1 : 0;
    return view.sight.forgetful && 2 * gone > view.watches.size();
}

bool Oracle::nobodyIsLeft(int registry) const {
    const auto &view = m_dashboard->core().registry(static_cast<liveness::RegistryIndex>(registry));
    return std::all_of(view.watches.begin(), view.watches.end(), [&](liveness::WatchIndex watch) {
        return hasEnded(m_world.agents()[m_dashboard->agentOf(watch)]);
    });
}

bool Oracle::nobodyMissed(int registry) const {
    const auto &view = m_dashboard->core().registry(static_cast<liveness::RegistryIndex>(registry));
    // Nor does it miss one whose entry in its lists could not be read before.
    const bool ill = m_dashboard->link(registry).weather.ill >= 0 && isIllAlone(registry);
    return (view.watches.empty() || ill) && m_world.registries()[registry].wiped;
}

bool Oracle::isIllAlone(int registry) const {
    const int ill = m_dashboard->link(registry).weather.ill;
    const auto &watches =
        m_dashboard->core().registry(static_cast<liveness::RegistryIndex>(registry)).watches;
    return std::all_of(watches.begin(), watches.end(), [&](liveness::WatchIndex watch) {
        const int agent = m_dashboard->agentOf(watch);
        return agent == ill || hasEnded(m_world.agents()[agent]);
    });
}

bool Oracle::hasEnded(const Agent &agent) const {
    return agent.deregistered || (agent.isCopy && m_world.agents()[agent.elsewhere].deregistered);
}

bool Oracle::mayAnswer(int registry) const {
    const Registry &r = m_world.registries()[registry];
    const Weather &weather = m_dashboard->link(registry).weather;
    // Where a cache has records of its own, and the stream is silent as well, nothing tells.
    return weather.passes() && !weather.other && (r.hears() || (r.wiped && weather.cached));
}

void Oracle::registryResolved(int registry) {
    const Trouble &trouble = troubles[registry];
    const Nanoseconds mute = m_queue.now() - trouble.muteSince.value_or(m_queue.now());
    const Nanoseconds patience =
        m_world.registries()[registry].wiped ? Nanoseconds(kMissedTwice) : kLastAnswer;
    if (!mayAnswer(registry) && !nobodyMissed(registry) && mute > patience + trouble.lateness)
        violate(-1, "a registry's alert ends while it gives no good answer");
    const Link &link = m_dashboard->link(registry);
    const bool wasOld = m_queue.now() - m_toldOld[registry] <= kCheckedEvery;
    // A clock that is set meanwhile, or less than a turn before, makes stamps of them that may be
    // new.
    const bool clockHeld = trouble.clockSetAt < trouble.cachedFrom - kTurn;
    // Where nobody beats, there is nothing to dispute any more.
    // And of one that is new there is no old record.
    const auto beats = [&](const Agent &a) {
        return a.registry == registry && a.beatBefore &&
               m_queue.now() - *a.beatBefore<kStale && * a.beatBefore> m_sightedAt[registry] &&
               a.registeredAt < trouble.cachedFrom && m_queue.now() - a.forgedAt > kForgedLately;
    };
    const auto &agents = m_world.agents();
    // Of a cache that was there before us two copies may look like a beat.
    if (wasOld && clockHeld && !startedWithACache(registry) && link.givesOldRecords() &&
        trouble.active == 1 && m_queue.now() - trouble.cachedFrom > kSettled &&
        m_queue.now() - trouble.forgedAt > kSettled &&
        m_queue.now() - trouble.droppedUntil > kSettled && // it gives out none while some are lost
        std::any_of(agents.begin(), agents.end(), beats))
        violate(-1, "a registry's alert ends while it gives out old records");
}

void Oracle::raised(int agent, const effect::AlertRaised &alert) {
    ++m_alerts;
    const Agent &a = m_world.agents()[agent];
    Incident &incident = m_incidents[agent];
    if (a.isCopy)
        violate(agent, "an alert by the word of a copy");
    if (incident.open)
        violate(agent, "raised again within one incident");
    // A beat that came while the record's answer was under way cannot be known yet.
    const Trouble &trouble = troubles[a.registry];
    const Nanoseconds underWay = m_queue.now() < trouble.lateUntil + 10s
                                     ? std::min<Nanoseconds>(trouble.lateness, kLongestAnswer)
                                     : kUnderWay;
    auto last = a.lastBeat;
    const liveness::Watch &watch = m_dashboard->core().watch(alert.watch);
    // Nor one whose event was lost after that, where what accuses it became known still later.
    const bool unread = last && watch.evidence.recordSentAt && m_queue.now() - *last < kConfirmed &&
                        m_dashboard->monoAt(*last) > *watch.evidence.recordSentAt;
    if (last && (m_queue.now() - *last < underWay || unread))
        last = a.beatBefore;
    incident = {true, last};
    if (alert.neverBeat && last && *last - a.registeredAt > kShadow && !a.restoredBeat &&
        !startedWithACache(a.registry))
        violate(agent, "told as one that never beat, but it did");
    if (!alert.neverBeat && !last && !a.forgedInShadow)
        violate(agent, "told as one that beat, but it never did");
    last = last.value_or(a.registeredAt);

    const Registry &r = m_world.registries()[a.registry];
    // A beat that was forged just before all ended cannot be told from a real one.
    const bool guessed = guessesAt(agent);
    const bool forged = a.forgedAt > *last || m_queue.now() - a.forgedAt < kForgedLately;

    if (*last < 0s && !alert.old)
        violate(agent, "told in haste, but it was dead for weeks when we first looked");
    const bool cached = m_dashboard->link(a.registry).weather.cached;
    if (alert.old && m_queue.now() - *last < kInactive - kRounding && !guessed && !cached)
        violate(agent, "told as long dead, but it is not");
    if (startedWithACache(a.registry))
        return; // what it gives out is all that is known
    if (isInOldRecords(agent) || wasSetUntold(a.registry))
        return;
    const bool seldomRead =
        m_queue.now() < trouble.meteredUntil || m_queue.now() - trouble.lostUntil < kSeldomRead;
    if (seldomRead && m_queue.now() - trouble.clockSetAt < kSeldomRead)
        return;
    if (trouble.ill == agent && trouble.droppedUntil > *last)
        return; // nothing tells of it
    const bool coarse = r.clockDrift > 1e-4 || r.clockDrift < -1e-4;
    // Its record states whole seconds, so that one that was forged within that of its last beat may
    // be taken for it.
    const Nanoseconds rounding = coarse   ? Nanoseconds(kDriftRounding)
                                 : forged ? Nanoseconds(kForgedRounding)
                                          : Nanoseconds(kRounding);
    if (m_queue.now() - *last < kOnItsWay)
        return; // the confirming answer was on its way, too
    if (m_queue.now() - *last < (guessed ? Nanoseconds(kGreen) : kStale - rounding))
        return violate(agent, "false alert: its last beat is " +
                                  std::to_string(toSeconds(m_queue.now() - *last)) + " s old");
    const bool runs = std::any_of(a.processes.begin(), a.processes.end(), [&](const Process &p) {
        return p.running && p.droppedAt < *last;
    });
    const bool connected = std::any_of(a.processes.begin(), a.processes.end(),
                                       [](const Process &p) { return p.connected; });
    const Nanoseconds heard = r.heardBetween(*last, m_queue.now());
    // Who was coming back from one outage may have been kept from it by the next.
    auto outage = r.deafTimes.rbegin();
    while (outage != r.deafTimes.rend() && std::next(outage) != r.deafTimes.rend() &&
           outage->first - std::next(outage)->second < kComeBack)
        ++outage;
    // Of brief ones while our line is cut those tell who beat between them, as in a cut; and where
    // reads are limited nothing shows them.
    const bool cut = outage != r.deafTimes.rend() && outage->first > m_blindFrom[a.registry] &&
                     m_queue.now() - m_sightedAt[a.registry] < kSettled;
    const bool limited =
        outage != r.deafTimes.rend() && trouble.limitedUntil > outage->first &&
        std::none_of(r.deafTimes.rbegin(), std::next(outage), [&](const auto &deaf) {
            return m_dashboard->link(a.registry).refusedBetween(deaf.first, deaf.second + 1s);
        });
    const bool brief = (cut || limited) &&
                       std::all_of(r.deafTimes.rbegin(), std::next(outage), [](const auto &deaf) {
                           return deaf.second - deaf.first < kBriefOutage;
                       });
    // Where most are said to beat while nothing can be read, the registry hears.
    const bool unseen = tellsNothing(a.registry) || mostAreForged(a.registry);
    // Each outage is seen up to a second later than it began.
    const auto outages =
        outage == r.deafTimes.rend() ? 0 : std::distance(r.deafTimes.rbegin(), outage) + 1;
    const Nanoseconds seen = heard + outages * 1s;
    if (runs && last == a.lastBeat && heard < m_queue.now() - *last && !unseen && !brief &&
        seen < (connected ? kComeBack : kLongestHearing) &&
        (connected || (m_queue.now() - r.deafTimes.back().second < kComeBack &&
                       r.heardBetween(*last, std::max(*last, outage->first)) < kStale)))
        violate(agent, "alert for an agent that runs, and was listened for only " +
                           std::to_string(toSeconds(heard)) + " s since its last beat");
    if (runs && last == a.lastBeat && *last > r.deafFrom - 31s &&
        m_queue.now() - r.deafTo < kComingBack && !unseen)
        violate(agent, "alert for an agent that is coming back after the registry's outage");
    const Nanoseconds lostTo = a.lost ? m_queue.now() : a.lostTo;
    const Nanoseconds unseenUntil = std::max(
        {m_startedAt, m_sightedAt[a.registry], trouble.endedAt, trouble.changedAt,
         trouble.cachedUntil, trouble.noRecordsUntil, trouble.meteredUntil, trouble.limitedUntil});
    const bool ill = trouble.ill == agent && trouble.illUntil > a.lostFrom;
    if (runs && last == a.lastBeat && !ill && *last > a.lostFrom - 31s && *last < lostTo &&
        lostTo - std::max(a.lostFrom, unseenUntil) > kLostSeen &&
        m_queue.now() - lostTo < kComingBack)
        violate(agent, "alert for an agent whose record was lost, and that is coming back");
    // A cut so short that nobody sees it excuses nobody; nor one that was away by itself meanwhile.
    const bool ranOn =
        runs && std::any_of(a.processes.begin(), a.processes.end(),
                            [&](const Process &p) { return p.running && p.startedAt < *last; });
    if (ranOn && last == a.lastBeat && a.sharesOurLine && *last > a.severedFrom - 31s &&
        r.heardBetween(a.severedTo, m_queue.now()) < kComingBack &&
        (heard == m_queue.now() - *last || m_queue.now() - r.deafTo < kComingBack) &&
        m_sightedAt[a.registry] > a.severedAt && *last < m_blindFrom[a.registry] + 31s &&
        m_startedAt < a.severedFrom && listenedFor(agent, 0s, 0s) < kLongestHearing)
        violate(agent, "alert for an agent that shares our line, and is coming back as we did");
    if ((trouble.ill == agent && trouble.illUntil > *last) || hasEnded(a))
        return; // what was not heard is not known
    const MonoTime truth = m_dashboard->monoAt(*last);
    const bool old = a.restoredBeat || cached;
    if (!watch.alertedOn || (!guessed && !forged && !old &&
                             (truth < watch.alertedOn->earliest - rounding ||
                              truth > watch.alertedOn->latest + rounding)))
        violate(agent, "down since is not the last beat, which lies " +
                           (watch.alertedOn
                                ? std::to_string(toSeconds(truth - watch.alertedOn->earliest)) +
                                      " s after the earliest and " +
                                      std::to_string(toSeconds(watch.alertedOn->latest - truth)) +
                                      " s before the latest that is told"
                                : std::string("nowhere")));
}

bool Oracle::wasSetUntold(int registry) const {
    const Trouble &trouble = troubles[registry];
    const bool dated =
        trouble.wrongClocks == 0 && trouble.datesWrongUntil < trouble.clockSetAt - kClocksKnown;
    // A stream that is back has told it once each had its turn to beat.
    const bool heard =
        trouble.clockSetAt <= trouble.streamUntil && m_queue.now() - trouble.withoutStream > kTurn;
    return trouble.clockSetAt > 0s && trouble.clockSetAt == m_setUnseenAt[registry] && !heard &&
           !dated &&
           m_queue.now() - std::max(trouble.clockSetAt, m_sightedAt[registry]) < kFirstLook;
}

bool Oracle::restsOnWrongClocks(int agent) const {
    const auto index = m_dashboard->watchOf(agent);
    if (!index)
        return false;
    const Trouble &trouble = troubles[m_world.agents()[agent].registry];
    const auto &beat = m_dashboard->core().watch(*index).evidence.lastBeat;
    if (m_queue.now() - trouble.clockSetAt < kClocksKnown + kStale)
        return true;
    return beat && beat->source == liveness::BeatSource::Record &&
           (trouble.wrongClocks > 0 || m_queue.now() - trouble.datesWrongUntil < kClocksKnown);
}

bool Oracle::isFirm(int agent) const {
    const auto index = m_dashboard->watchOf(agent);
    const auto *beat = index ? &m_dashboard->core().watch(*index).evidence.lastBeat : nullptr;
    return beat && *beat && (*beat)->restsOn == liveness::ClockRank::Firm;
}

bool Oracle::lateWithoutClock(int agent) const {
    const auto index = m_dashboard->watchOf(agent);
    if (!index)
        return false;
    const auto &beat = m_dashboard->core().watch(*index).evidence.lastBeat;
    const int registry = m_world.agents()[agent].registry;
    // Dates that contradicted what the stream told are believed no more until it is back.
    const Trouble &trouble = troubles[registry];
    const bool datesDoubted = trouble.datesWrongUntil > trouble.streamUntil - kClocksKnown;
    return beat && beat->source == liveness::BeatSource::Record &&
           (restsOnWrongClocks(agent) || isRarelyWrong(registry) || datesDoubted ||
            m_queue.now() - trouble.clockSetAt < kClocksKnown + 2 * kStale);
}

Nanoseconds Oracle::misplaced(int agent) const {
    if (!restsOnWrongClocks(agent))
        return {};
    // Anywhere between two reads, of which one may lie before an outage.
    const int registry = m_world.agents()[agent].registry;
    const Trouble &trouble = troubles[registry];
    // And a copy that was made before the clock was set back looks as much younger as it was set.
    const bool cached = m_dashboard->link(registry).weather.cached;
    const bool copied = trouble.cachedFrom < trouble.clockSetAt &&
                        (cached || trouble.cachedUntil > trouble.clockSetAt);
    return m_queue.now() - trouble.endedAt < kClocksKnown || copied ? Nanoseconds(330s)
                                                                    : Nanoseconds(30s);
}

bool Oracle::isRarelyWrong(int registry) const {
    const Trouble &trouble = troubles[registry];
    return m_queue.now() - trouble.rarelyWrongUntil < kClocksKnown;
}

bool Oracle::clocksChangedUnseen(int registry) const {
    const Trouble &trouble = troubles[registry];
    const Nanoseconds unseenFrom = std::min(m_blindFrom[registry], trouble.chainFrom);
    return trouble.wrongClocks > 0 ||
           std::max(trouble.datesWrongUntil, trouble.clockSetAt) > unseenFrom - kClocksKnown;
}

bool Oracle::guessesAt(int agent) const {
    return restsOnWrongClocks(agent) || clocksChangedUnseen(m_world.agents()[agent].registry);
}

bool Oracle::awaitsClock(int agent) const {
    const auto index = m_dashboard->watchOf(agent);
    const Agent &a = m_world.agents()[agent];
    // It may have waited until just now, when the first stamps came.
    const Weather &weather = m_dashboard->link(a.registry).weather;
    const Nanoseconds apart = m_world.utc(a.registry, m_queue.now()) - m_world.utcOfOurs();
    const bool datesTell = weather.frontClocks == std::vector{Nanoseconds{}} &&
                           !weather.frontStandsAt && std::chrono::abs(apart) < kOurClockServes;
    if (!datesTell && m_queue.now() - m_startedAt < kNobodyBeats + kPromptness)
        return true;
    const Nanoseconds last = a.lastBeat.value_or(a.registeredAt);
    if (!index || last < m_blindFrom[a.registry] - kComeBack)
        return false;
    // While nobody looked for so long, it may have been set; and a forged stamp may have come last.
    const Nanoseconds blind = m_sightedAt[a.registry] - m_blindFrom[a.registry];
    if (blind > kFirstLook ||
        troubles[a.registry].forgedAt > m_blindFrom[a.registry] - kNobodyBeats)
        return true;
    const auto &beat = m_dashboard->core().watch(*index).evidence.lastBeat;
    return beat && beat->restsOn == liveness::ClockRank::OwnClock;
}

bool Oracle::tellsNothing(int registry) const {
    // Who was not there when the outage began, and finds nearly everybody beating again, sees the
    // same as where those few had died.
    const Registry &r = m_world.registries()[registry];
    const bool blind = m_blindFrom[registry] < r.deafFrom && r.deafFrom < m_sightedAt[registry];
    if (m_startedAt < r.deafFrom && !blind)
        return false;
    int beating = r.strangers;
    int silent = 0;
    for (const Agent &a : m_world.agents())
        if (a.registry == registry && a.registered && !a.deregistered && a.lastBeat &&
            *a.lastBeat > r.deafFrom - 31s) // others were silent before
            ++(*a.lastBeat >= r.deafTo ? beating : silent);
    return silent * 4 <= beating;
}

bool Oracle::mostAreForged(int registry) const {
    int known = 0;
    int forged = 0;
    const auto &agents = m_world.agents();
    for (std::size_t i = 0; i < agents.size(); ++i) {
        const Agent &a = agents[i];
        if (a.registry != registry || !a.registered || a.deregistered || m_incidents[i].open)
            continue;
        ++known;
        forged += a.forgedAt > m_world.registries()[registry].deafFrom ? 1 : 0;
    }
    return forged * 2 >= known;
}

bool Oracle::startedWithACache(int registry) const {
    const Trouble &trouble = troubles[registry];
    const bool cached = m_dashboard->link(registry).weather.cached;
    if (m_startedAt > trouble.cachedFrom && (cached || m_startedAt < trouble.cachedUntil))
        return true;
    // It came while we were blind, and we have not listened for long enough to find out.
    return trouble.cachedFrom > m_blindFrom[registry] &&
           trouble.cachedFrom < m_sightedAt[registry] &&
           m_queue.now() - m_sightedAt[registry] < kForgeryFound;
}

bool Oracle::isInOldRecords(int agent) const {
    const Agent &a = m_world.agents()[agent];
    const bool cached = m_dashboard->link(a.registry).weather.cached ||
                        m_queue.now() - troubles[a.registry].cachedUntil < kSettled;
    // Nor was one heard that was made in a cut too short to be seen.
    const Trouble &trouble = troubles[a.registry];
    const bool unheard = a.lastBeat && *a.lastBeat >= trouble.unheardFrom &&
                         (trouble.unheard > 0 || *a.lastBeat <= trouble.unheardTo);
    return cached && a.lastBeat && (unheard || a.lastBeat == m_lastUnseen[agent]);
}

void Oracle::resolved(int agent, effect::ResolveReason reason) {
    const Agent &a = m_world.agents()[agent];
    Incident &incident = m_incidents[agent];
    if (!incident.open)
        violate(agent, "resolved, but nothing was raised");
    incident.open = false;
    if (reason == effect::ResolveReason::Deregistered) {
        if (!a.deregistered)
            violate(agent, "resolved as deregistered, but it is not");
    } else if (!a.lastBeat || a.lastBeat == incident.lastBeatAtRaise) {
        // Two copies of a cache that was there before us may be of different age.
        // Of a registry that was told to give out old records since, that is known.
        const bool known = a.lastBeat && m_toldOld[a.registry] > *a.lastBeat;
        // Copies of before a clock was set back by whole periods look like beats of now.
        const Trouble &trouble = troubles[a.registry];
        const bool alike = trouble.clockSetAt > trouble.cachedFrom &&
                           (m_dashboard->link(a.registry).weather.cached ||
                            m_queue.now() - trouble.cachedUntil < kSettled);
        if (!startedWithACache(a.registry) && !alike && (known || !isInOldRecords(agent)))
            violate(agent, "resolved without a beat");
    }
}

bool Oracle::mustHaveAlerted(int agent) const {
    const Agent &a = m_world.agents()[agent];
    const Nanoseconds now = m_queue.now();
    if (!a.registered || a.deregistered || a.isCopy)
        return false;
    const Nanoseconds last = a.lastBeat.value_or(a.registeredAt);
    const Trouble &trouble = troubles[a.registry];
    if (trouble.ill == agent && now - trouble.illUntil < kTurn)
        return mustBeToldUnread(agent);
    if (!m_dashboard->watchOf(agent) && now - trouble.unlistedUntil < kPaged)
        return false;
    // The first answer that fails of one that had worked may be that of a brief outage.
    const Nanoseconds foundIll =
        std::max(trouble.illFrom, m_dashboard->link(a.registry).firstIllRead());
    if (now - foundIll < kComeBack + kUnprovedBefore)
        return false;
    // Where lists alone were answered until just now, its page has its turn.
    if (!m_dashboard->link(a.registry).weather.noRecords &&
        now - trouble.noRecordsUntil < kPromptness + kPagesRead)
        return false;
    // So may be the first records of all, where lists alone are answered.
    if (m_dashboard->link(a.registry).weather.noRecords &&
        now - m_sightedAt[a.registry] < kComeBack + 2 * kUnprovedBefore)
        return false;
    // Where nobody was known, and lists failed, that was an outage.
    if (now - std::max(trouble.unlistedUntil, m_foundAt[agent]) < kComeBack + kExplained &&
        m_foundAt[agent] >= trouble.unlistedUntil)
        return false;
    // Where half of the answers say that it ended, it takes one that does not.
    const Nanoseconds contested = trouble.mislabelled == agent ? kContested : 0s;
    // Where only lists work, it takes the pages of two: one that is under way, and the next.
    const int answers = m_dashboard->link(a.registry).weather.noRecords ? 6 : 3;
    const Nanoseconds lateness =
        (now < trouble.lateUntil + 120s ? answers * trouble.lateness : Nanoseconds{}) +
        forgeryDelay(agent) + contested +
        // Of answers that take longer than 5 s the first is given up, which may be an outage; so
        // may be one that takes seconds where nobody else beats.
        (now < trouble.crawledUntil + 120s || (now < trouble.lateUntil + 120s && isAlone(agent))
             ? kLongestHearing - kStale + kUnprovedBefore
             : 0s) +
        (now < trouble.limitedUntil + kCautious ? kCautiously : 0s);
    const Nanoseconds seldom = now < trouble.meteredUntil ? 5 * trouble.lateness : 0s;
    // It is missing until it is asked for again, which is each minute, and then it has its time.
    const Nanoseconds lostTo = std::max(a.lostTo, trouble.wipedUntil);
    if (a.lost || (last < lostTo && now - lostTo < kFoundAgain + lateness + seldom))
        return false;
    // Where the only agents that beat are forged, it is the registry that is told.
    // That a cache is gone is told by those that beat, and nobody may have come back yet.
    if (now - m_toldOld[a.registry] < seldom)
        return false;
    if (now - m_toldOld[a.registry] < kPromptness + kCheckedEvery &&
        (now - trouble.forgedAt < kForgeryFound ||
         now - std::max(m_sightedAt[a.registry], trouble.cachedUntil) < kSettled))
        return false;
    // Records alone tell of two reads between which it beat, and an alert waits for the latest.
    const Nanoseconds wide = lateWithoutClock(agent) ? Nanoseconds(31s) : Nanoseconds{};
    if (now - last <= kStale + kPromptness + lateness + wide)
        return false;
    // What only a clock places waits until that is known again.
    if (now - trouble.clockSetAt < kClocksKnown && !isFirm(agent))
        return false;
    // Nor what rests on one that a forged stamp contradicted just now.
    if (now - trouble.forgedAt < kNobodyBeats && now - m_startedAt < kFirstLook && !isFirm(agent))
        return false;
    // Nor is it told from a cache where neither a stream nor a right date tells that it was set.
    if (wasSetUntold(a.registry) && now - m_toldOld[a.registry] < kPromptness + kCheckedEvery)
        return false;
    // Where the clock was set while events were lost, stamps that move on may be a cache's.
    if (trouble.droppedUntil > trouble.clockSetAt && now - trouble.clockSetAt < 3 * kStale)
        return false;
    if (trouble.active > 0 || m_sightedAt[a.registry] < 0s)
        return false;
    // Two copies of different age: something beats in its record, and nobody knows when.
    const bool before = startedWithACache(a.registry);
    if (now - trouble.cachedUntil < seldom + kStale + (before ? Nanoseconds(kSettled) : kExplained))
        return false;
    // It was found just now, and no clock places its registration, or none that its own beat, which
    // may come yet, could not prove wrong.
    if (now - m_foundAt[agent] < kStale + kPromptness && lateWithoutClock(agent))
        return false;
    if (now - m_foundAt[agent] < kNobodyBeats + kPromptness + kCheckedEvery && !isFirm(agent))
        return false;
    // It can be read since sight came back, or since an answer came after other trouble.
    Nanoseconds readable = std::max(m_sightedAt[a.registry], trouble.endedAt);
    const Nanoseconds read = m_dashboard->link(a.registry).lastGoodRead();
    if (const auto first = m_dashboard->link(a.registry).firstGoodRead())
        readable = std::max(readable, std::min(*first, readable + kPromptness));
    if (m_sightedAt[a.registry] < trouble.endedAt) {
        if (read < trouble.endedAt && now < trouble.endedAt + kFoundOut)
            return false;
        readable = std::min(std::max(read, trouble.endedAt), trouble.endedAt + kFoundOut);
    }
    // For forged beats it was told to give out old records.
    if (trouble.forgedAt > m_toldOld[a.registry] - kForgeryFound)
        readable = std::max(readable, m_toldOld[a.registry]);
    Nanoseconds patience = kPromptness + kRoundTrip + lateness;
    // Its agents may take that long to come back to a registry that heard nobody.
    // Until a list was read a refused record looks like a database that is away.
    const Nanoseconds deaf =
        std::max({trouble.ambiguousUntil, m_world.registries()[a.registry].deafTo,
                  trouble.refusedAt + kExplained + kPagesRead});
    const Nanoseconds grace = fromSeconds(liveness::Core::kGraceSeconds + 1);
    const bool unexplained = now - trouble.unexplainedUntil < kStale;
    const bool excused = !isBeyondExcuse(agent) || trouble.fewBeatOn;
    if (!excused)
        patience += kExplained;
    if (excused && now - deaf < grace + patience)
        return false;
    // Nor is it known who shares our line.
    const Nanoseconds beforeBlind = m_blindFrom[a.registry] - last;
    const bool fellWithUs = (beforeBlind < 91s && beforeBlind > -61s) ||
                            (last > trouble.chainFrom - 91s && last < trouble.activeSince + 61s);
    if (excused && (deaf >= m_blindFrom[a.registry] - 30s || fellWithUs || trouble.fellTogether ||
                    trouble.fewBeatOn || unexplained))
        patience += grace;
    // Nothing but what we read ourselves places its beat, and that lies on both sides of the gap.
    if (restsOnWrongClocks(agent) || clocksChangedUnseen(a.registry) || lateWithoutClock(agent))
        patience += kStale;
    // What beats in its record is not understood at first, where its clock was set unseen and no
    // date tells.
    const Nanoseconds blind = m_sightedAt[a.registry] - m_blindFrom[a.registry];
    if (blind > kFirstLook && trouble.datesWrongUntil > m_sightedAt[a.registry] &&
        trouble.clockSetAt > m_blindFrom[a.registry])
        patience += kStale;
    // Its last beat was in a time without sight, and nobody's beat since tells how the clock goes.
    if (awaitsClock(agent))
        patience += kNobodyBeats;
    // The first date of all may be such a one, and then it takes others to find that out.
    if (isRarelyWrong(a.registry) && now - m_startedAt < 2 * kStale)
        patience += kStale;
    // Registered while nothing was seen: it is found when the records of the known were read, or
    // by the next paging where the event was lost.
    if (!m_dashboard->watchOf(agent))
        patience += kNewcomersFound;
    const bool unheard =
        trouble.droppedUntil > a.registeredAt || trouble.withoutStream > a.registeredAt - 1s;
    // Pages take their time where few requests are allowed.
    if (!m_dashboard->watchOf(agent) && now < trouble.meteredUntil + kPaged &&
        now - a.registeredAt < 4 * kPaged)
        return false;
    if (!m_dashboard->watchOf(agent) && unheard && now - a.registeredAt < kPaged)
        return false;
    // Where few requests are allowed, many that died together wait for each other.
    if (now < trouble.meteredUntil)
        patience = std::max(patience, kSeldomEach * silentOfLate(a.registry));
    return now - readable > patience;
}

bool Oracle::isAlone(int agent) const {
    const auto &agents = m_world.agents();
    const int registry = agents[agent].registry;
    return m_world.registries()[registry].strangers <= 1 &&
           std::none_of(agents.begin(), agents.end(), [&](const Agent &a) {
               return &a != &agents[agent] && a.registry == registry && a.lastBeat &&
                      m_queue.now() - *a.lastBeat < kStale;
           });
}

int Oracle::silentOfLate(int registry) const {
    const auto &agents = m_world.agents();
    // Where events are lost, any may seem to be so.
    const bool any = m_dashboard->link(registry).weather.dropEvents > 0;
    return static_cast<int>(std::count_if(agents.begin(), agents.end(), [&](const Agent &a) {
        const Nanoseconds silence = m_queue.now() - a.lastBeat.value_or(a.registeredAt);
        return a.registry == registry && a.registered && !hasEnded(a) &&
               (any || (silence > kStale && silence < kFirstLook + 300s));
    }));
}

bool Oracle::mustBeToldUnread(int agent) const {
    // Nothing but its stream tells, which was there all the while.
    const Agent &a = m_world.agents()[agent];
    const Trouble &trouble = troubles[a.registry];
    const Nanoseconds since = std::max(
        {a.lastBeat.value_or(a.registeredAt), a.forgedAt, trouble.withoutStream, trouble.illFrom,
         trouble.droppedUntil, m_sightedAt[a.registry], m_startedAt, trouble.endedAt,
         trouble.changedAt, trouble.clockSetAt, m_foundAt[agent], a.lostTo});
    // One of which the registry said that it has no such agent is missing until it can be read. And
    // where no record was answered, nothing showed that it alone is ill.
    return trouble.active == 0 && !a.lost &&
           m_queue.now() - trouble.noRecordsUntil > kToldUnread + 3 * trouble.lateness &&
           m_dashboard->watchOf(agent) && trouble.wipedAt < trouble.illFrom &&
           m_queue.now() - since > kToldUnread + 3 * trouble.lateness;
}

Nanoseconds Oracle::listenedFor(int agent, Nanoseconds before, Nanoseconds after) const {
    const Agent &a = m_world.agents()[agent];
    const Nanoseconds now = m_queue.now();
    const Trouble &trouble = troubles[a.registry];
    const Nanoseconds from =
        std::max({a.lastBeat.value_or(a.registeredAt), m_startedAt, trouble.wokeAt});
    Nanoseconds heard = now - from;
    Nanoseconds until = now; // those that overlap count once
    for (auto it = trouble.stretches.rbegin(); it != trouble.stretches.rend(); ++it) {
        const Nanoseconds begin = std::max(it->first - before, from);
        const Nanoseconds end = std::min(it->second + after, until);
        if (it->second + after < from)
            break;
        heard -= std::max<Nanoseconds>(end - begin, 0ns);
        until = std::min(until, std::max(begin, from));
    }
    return heard;
}

bool Oracle::isBeyondExcuse(int agent) const {
    return listenedFor(agent, kUnprovedBefore, kUnprovedAfter) > kLongestHearing + kExplained;
}

void Oracle::noteWhoBeatsOn(int registry) {
    Trouble &trouble = troubles[registry];
    if (trouble.unreadable == 0)
        return;
    const Nanoseconds since =
        std::max(trouble.unreadableSince, m_queue.now() - Nanoseconds(kNobodyBeats));
    if (m_queue.now() - trouble.unreadableSince < kCheckedEvery)
        trouble.fewBeatOn = false;
    double before = 0;
    double on = 0;
    for (const Agent &a : m_world.agents()) {
        if (a.registry != registry || !a.lastBeat)
            continue;
        const auto agent = static_cast<std::size_t>(&a - m_world.agents().data());
        before +=
            *a.lastBeat >= trouble.unreadableSince - kLately && !m_incidents[agent].open ? 1 : 0;
        on += *a.lastBeat >= since ? 1 : 0;
    }
    const double due = before * toSeconds(m_queue.now() - since) / toSeconds(kNobodyBeats);
    trouble.fewBeatOn = trouble.fewBeatOn || (due >= 1 && on < 0.75 * due);
}

bool Oracle::manyFellTogether(int registry) const {
    // Who started since does not know when it began.
    const Nanoseconds before = m_startedAt >= m_blindFrom[registry] ? kLately : kStale;
    const Nanoseconds from = m_blindFrom[registry] - before;
    std::vector<Nanoseconds> silentSince;
    int beating = m_world.registries()[registry].strangers;
    int ours = 0;
    for (const Agent &a : m_world.agents()) {
        if (a.registry != registry || !a.registered || hasEnded(a) || !a.lastBeat)
            continue;
        ++ours;
        if (m_queue.now() - *a.lastBeat < kNobodyBeats)
            ++beating;
        else if (*a.lastBeat > from)
            silentSince.push_back(*a.lastBeat);
    }
    std::sort(silentSince.begin(), silentSince.end());
    std::ptrdiff_t together = 0;
    for (auto first = silentSince.begin(), last = first; last != silentSince.end(); ++last) {
        while (*last - *first > kNobodyBeats + kCheckedEvery)
            ++first;
        together = std::max(together, last - first + 1);
    }
    // All of so few may wait for the end of grace.
    if (ours <= kSoFew)
        return true;
    // A fourth of all tells, and one more may have been beating when it was weighed.
    return together * (beating + together > 6 ? 5 : 1) > beating - 1;
}

Nanoseconds Oracle::forgeryDelay(int agent) const {
    // From the first that is no echo of a real one.
    const Agent &a = m_world.agents()[agent];
    const Nanoseconds now = m_queue.now();
    const Trouble &trouble = troubles[a.registry];
    const Nanoseconds from =
        trouble.active > 0
            ? now // its records cannot be read
            : std::max({a.forgedFrom, m_startedAt, trouble.withoutStream, trouble.endedAt,
                        trouble.droppedUntil, a.lastBeat.value_or(0s), trouble.manyForgedAt,
                        m_toldOld[a.registry], // where only those beat that are forged
                        m_foundAt[agent], m_greenSince[agent],
                        // Nothing but the stream tells.
                        trouble.ill == agent ? std::min(now, trouble.illUntil) : 0s});
    // Where no answer holds many, or lists fail, nothing tells beside it, and old copies of some go
    // on looking like it, as stamps of a clock that was set do.
    const bool alone =
        m_world.registries()[a.registry].listCap > 0 || now < trouble.unlistedUntil + 120s;
    // What was set while we were blind shows when sight is back.
    const Nanoseconds setAt = trouble.clockSetAt > m_blindFrom[a.registry]
                                  ? std::max(trouble.clockSetAt, m_sightedAt[a.registry])
                                  : trouble.clockSetAt;
    const Nanoseconds copies =
        alone ? std::max(setAt, trouble.cachedUntil) + kOldAgain : Nanoseconds(-1000s);
    // Such as came just before all ended can be looked at only now.
    const bool unseen = a.forgedAt > m_blindFrom[a.registry] - kForgeryFound &&
                        now - m_sightedAt[a.registry] < 600s;
    // Where few requests are allowed it takes longer, until its record is read, and pages are.
    const Nanoseconds seldom = now < trouble.meteredUntil + 120s ? 8 * trouble.lateness : 0s;
    const bool recent = (now - a.forgedAt < 600s + seldom || unseen) &&
                        now - std::max(from, copies) < kForgeryFound + kStale + seldom;
    return recent ? now - a.lastBeat.value_or(0s) : Nanoseconds{};
}

void Oracle::checkAgent(int agent) {
    const auto index = m_dashboard->watchOf(agent);
    const Agent &a = m_world.agents()[agent];
    if (!index)
        m_foundAt[agent] = m_queue.now();
    if (!m_incidents[agent].open && mustHaveAlerted(agent))
        violate(agent,
                "missed: its last beat is " +
                    std::to_string(toSeconds(m_queue.now() - a.lastBeat.value_or(a.registeredAt))) +
                    " s old");
    if (!index)
        return;
    const AgentState state = m_dashboard->core().watch(*index).judgement.state;
    if (state != AgentState::Active)
        m_greenSince[agent] = m_queue.now();
    const Trouble &trouble = troubles[a.registry];
    const Nanoseconds lateness =
        (m_queue.now() < trouble.lateUntil + 120s ? trouble.lateness : Nanoseconds{}) +
        forgeryDelay(agent);
    if (state == AgentState::Active && !startedWithACache(a.registry) && !isInOldRecords(agent) &&
        (!a.lastBeat ? forgeryDelay(agent) == 0s
                     : m_queue.now() - *a.lastBeat > kGreen + lateness + misplaced(agent)))
        violate(agent, "green, but its last beat is " +
                           (a.lastBeat ? std::to_string(toSeconds(m_queue.now() - *a.lastBeat))
                                       : std::string("none")) +
                           " s old");
    if (state == AgentState::Active && m_toldSince[a.registry] &&
        m_queue.now() - std::max(*m_toldSince[a.registry], m_sightedAt[a.registry]) > kGreen)
        violate(agent, "green, but its registry is told to be in trouble");
    // The first word that comes is all that is known.
    const bool firstWord =
        trouble.mislabelled == agent &&
        m_queue.now() - std::max({m_startedAt, trouble.endedAt, a.registeredAt}) < kStale;
    if (state == AgentState::Deregistered && !hasEnded(a) && !firstWord)
        violate(agent, "told deregistered, but it is not");
    const bool beatless = !a.lastBeat && forgeryDelay(agent) == 0s &&
                          (state == AgentState::Late ||
                           ((state == AgentState::Stale || state == AgentState::Inactive) &&
                            m_queue.now() - a.registeredAt <
                                (guessesAt(agent) ? Nanoseconds(kGreen) : Nanoseconds(kStale))));
    if (beatless)
        violate(agent, "an age is told of an agent that never beat");
}

void Oracle::checkRegistry(int registry) {
    Trouble &trouble = troubles[registry];
    noteWhoBeatsOn(registry);
    trouble.refusedAt = m_dashboard->link(registry).weather.refusedAt.value_or(trouble.refusedAt);
    if (m_queue.now() - m_sightedAt[registry] < kStale)
        trouble.fellTogether = trouble.fellTogether || manyFellTogether(registry);
    if (m_dashboard->link(registry).state() != liveness::LinkState::Connected &&
        trouble.unheard == 0)
        trouble.withoutStream = m_queue.now();
    if (m_dashboard->link(registry).state() == liveness::LinkState::Connected)
        trouble.streamUntil = m_queue.now();
    const liveness::RegistryView &view =
        m_dashboard->core().registry(static_cast<liveness::RegistryIndex>(registry));
    trouble.muteSince = mayAnswer(registry)
                            ? std::nullopt
                            : std::optional(trouble.muteSince.value_or(m_queue.now()));
    if (view.sight.outOfDate)
        m_toldOld[registry] = m_queue.now();
    const Nanoseconds cause = std::max(m_startedAt, trouble.endedAt);
    if (trouble.active == 0 && m_queue.now() - cause > kFoundOut && !liveness::isSighted(view.link))
        violate(-1, "blind without a cause");
    // Not even a list, read every two minutes, worked: three tries of 20 s, and its 25 s.
    Nanoseconds good = std::max(
        {m_startedAt, m_dashboard->link(registry).lastGoodRead(), trouble.unreadableSince});
    if (m_world.registries()[registry].wiped) // a cache may answer in its place
        good = std::max(good, trouble.muteSince.value_or(m_queue.now()));
    if (nobodyMissed(registry)) // it answers well that it knows nobody
        trouble.emptyUntil = m_queue.now();
    good = std::max(good, trouble.emptyUntil);
    const Nanoseconds patience =
        nobodyIsLeft(registry) ? kUnreadable + kFoundOut : Nanoseconds(kUnreadable);
    if (!nobodyMissed(registry) && trouble.unreadable > 0 && m_queue.now() - good > patience &&
        !view.alerted)
        violate(-1, "a registry that cannot be read, and no alert");
    m_toldSince[registry] = view.alerted && !liveness::isSighted(view.shown())
                                ? std::optional(m_toldSince[registry].value_or(m_queue.now()))
                                : std::nullopt;
    const Nanoseconds mute =
        m_queue.now() - std::max(m_startedAt, trouble.muteSince.value_or(m_queue.now()));
    if (m_dashboard->link(registry).weather.lostReads > 0)
        trouble.lostUntil = m_queue.now();
    if (m_dashboard->link(registry).weather.noRecords)
        trouble.noRecordsUntil = m_queue.now();
    // Where single answers were lost before, or no other record is there, only lists tell.
    const bool lists = isIllAlone(registry) ||
                       (trouble.muteSince && trouble.lostUntil > *trouble.muteSince - kSettled);
    const Nanoseconds lost = lists ? Nanoseconds(kUnreadable - kMute) : Nanoseconds{};
    // Who limits us is not away as long as one answer came within a minute.
    const Nanoseconds limited =
        m_queue.now() < trouble.limitedUntil + kCautious ? kLimitedTells : 0s;
    // Where none of ours is, only the lists of every two minutes tell.
    if (mute > kMute + 3 * trouble.lateness + lost + limited && !view.alerted &&
        !nobodyIsLeft(registry) && !nobodyMissed(registry))
        violate(-1, "a registry that gives no good answer, and no alert");
    const Weather &weather = m_dashboard->link(registry).weather;
    trouble.otherSince = weather.other && weather.passes() && weather.refusals == 0 &&
                                 m_world.registries()[registry].answers()
                             ? std::optional(trouble.otherSince.value_or(m_queue.now()))
                             : std::nullopt;
    const Nanoseconds other =
        m_queue.now() - std::max(m_startedAt, trouble.otherSince.value_or(m_queue.now()));
    if (other > kOtherTold + trouble.lateness && !view.alerted)
        violate(-1, "another registry answers, and no alert");
    const bool known = m_dashboard->link(registry).state() == liveness::LinkState::OtherRegistry;
    if (known && std::exchange(trouble.otherKnown, known) && !view.alerted)
        violate(-1, "another registry is known to answer, and no alert");
    trouble.otherKnown = known;
}

void Oracle::checkProgress(int registry) {
    const Trouble &trouble = troubles[registry];
    const Nanoseconds since = std::max(trouble.changedAt, m_startedAt);
    if (trouble.anything > 0 || m_queue.now() - since <= kSettled)
        return;
    const liveness::RegistryView &view =
        m_dashboard->core().registry(static_cast<liveness::RegistryIndex>(registry));
    if (allDeregistered(registry))
        return;
    if (view.alerted)
        violate(-1, "its trouble is over, and its alert is not");
    if (!liveness::isSighted(view.shown()))
        violate(-1, "its trouble is over, and it is told " +
                        std::string(liveness::linkWord(view.shown())));
    for (int agent = 0; agent < static_cast<int>(m_world.agents().size()); ++agent) {
        const Agent &a = m_world.agents()[agent];
        const bool beats = a.registry == registry && a.registered && !a.deregistered &&
                           a.lastBeat && a.beatBefore && m_queue.now() - *a.lastBeat < 31s &&
                           *a.lastBeat - *a.beatBefore < 31s &&
                           m_queue.now() - std::max(a.lostFrom, a.lostTo) > kSettled &&
                           m_queue.now() - a.registeredAt > kSettled;
        const auto index = m_dashboard->watchOf(agent);
        if (!beats || (!index && m_queue.now() - std::max(a.registeredAt, since) < kPaged))
            continue;
        const AgentState state =
            index ? m_dashboard->core().watch(*index).judgement.state : AgentState::Unknown;
        if (state != AgentState::Active)
            violate(agent, "it beats, nothing is in the way, and it is told " +
                               std::string(liveness::stateWord(state)));
        else if (m_incidents[agent].open)
            violate(agent, "it beats, nothing is in the way, and its alert has not ended");
    }
}

void Oracle::check() {
    if (!m_dashboard->isRunning())
        return;
    for (int registry = 0; registry < static_cast<int>(troubles.size()); ++registry) {
        checkRegistry(registry);
        checkProgress(registry);
    }
    for (int agent = 0; agent < static_cast<int>(m_world.agents().size()); ++agent)
        checkAgent(agent);
}

} // namespace heartline::simulation
