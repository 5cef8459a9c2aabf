// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_store.h"

#include "base/logging.h"
#include "base/rfc3339.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QSqlQuery>

namespace heartline::node {

using protocol::Json;

namespace {

storage::Database::Migrations migrations() {
    return {
        {QStringLiteral(
             "CREATE TABLE developers(developer_id TEXT PRIMARY KEY, record TEXT NOT NULL)"),
         QStringLiteral(
             "CREATE TABLE entities(entity_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, "
             "record TEXT NOT NULL, last_heartbeat_ns INTEGER NOT NULL, active INTEGER NOT NULL)"),
         QStringLiteral(
             "CREATE TABLE tombstones(entity_id TEXT PRIMARY KEY, at_ns INTEGER NOT NULL)")},
        {QStringLiteral("ALTER TABLE tombstones ADD COLUMN signatures TEXT NOT NULL DEFAULT '[]'")},
    };
}

QString q(const std::string &text) {
    return QString::fromStdString(text);
}

qint64 ns(UtcTime time) {
    return time.time_since_epoch().count();
}

std::string developerText(const DeveloperRow &row) {
    return Json{{"developer_id", row.developerId},
                {"name", row.name},
                {"public_key", row.publicKeyText},
                {"profile_url", row.profileUrl},
                {"github", row.github},
                {"signature", row.signature},
                {"registered_at", formatRfc3339(row.registeredAt)}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> signaturesIn(const std::string &text) {
    const Json json = Json::parse(text, nullptr, false);
    return protocol::stringsMember({{"signatures", json}}, "signatures", 16);
}

Result<void> readAll(const storage::Database &database, StoredState &state) {
    QSqlQuery query = database.query();
    if (!query.exec(QStringLiteral("SELECT record FROM developers")))
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    int damaged = 0;
    while (query.next()) {
        const auto json = protocol::parseObject(query.value(0).toString().toStdString());
        if (!json || !identity::PublicKey::parse(protocol::stringOr(*json, "public_key", {}))) {
            ++damaged;
            continue;
        }
        state.developers.push_back(
            {protocol::stringOr(*json, "developer_id", {}), protocol::stringOr(*json, "name", {}),
             protocol::stringOr(*json, "public_key", {}),
             protocol::stringOr(*json, "profile_url", {}), protocol::stringOr(*json, "github", {}),
             protocol::stringOr(*json, "signature", {}),
             protocol::timeMember(*json, "registered_at").value_or(UtcTime{})});
    }
    if (!query.exec(QStringLiteral(
            "SELECT record, last_heartbeat_ns, active, sequence FROM entities ORDER BY sequence")))
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    while (query.next()) {
        auto row = fromStoredJson(query.value(0).toString().toStdString());
        if (!row) {
            ++damaged;
            continue;
        }
        row->lastHeartbeat = UtcTime(Nanoseconds(query.value(1).toLongLong()));
        row->active = query.value(2).toBool();
        row->sequence = query.value(3).toULongLong();
        state.entities.push_back(std::move(*row));
    }
    if (query.lastError().isValid()) // it ended before its end
        return fail(ErrorKind::Damaged, query.lastError().text().toStdString());
    if (!query.exec(QStringLiteral("SELECT entity_id, at_ns, signatures FROM tombstones")))
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    while (query.next())
        state.tombstones[query.value(0).toString().toStdString()] = {
            UtcTime(Nanoseconds(query.value(1).toLongLong())),
            signaturesIn(query.value(2).toString().toStdString())};
    if (damaged > 0)
        state.trouble = std::to_string(damaged) + " damaged records are left out";
    return {};
}

/// Held for as long as a node runs; a process that is gone holds none.
Result<std::unique_ptr<QLockFile>> lock(const std::string &dir) {
    auto lock = std::make_unique<QLockFile>(q(dir + "/registry.lock"));
    lock->setStaleLockTime(0);
    if (lock->tryLock())
        return lock;
    if (lock->error() == QLockFile::PermissionError)
        return std::unique_ptr<QLockFile>(); // nobody can write here, so nobody does
    qint64 pid = 0;
    QString host;
    QString app;
    if (!lock->getLockInfo(&pid, &host, &app))
        return fail(ErrorKind::Io, "another node runs on " + dir);
    return fail(ErrorKind::Io, "another node runs on " + dir + ": " + app.toStdString() +
                                   ", process " + std::to_string(pid) + " on " +
                                   host.toStdString() + "; give this one another --data");
}

Result<void> readFile(const std::string &path, StoredState &state) {
    auto database = storage::Database::open(path, migrations());
    const bool readOnly = !database && database.error().kind == ErrorKind::ReadOnly;
    const auto forReading = readOnly && QFile::exists(q(path))
                                ? storage::Database::openForReading(path, migrations())
                                : Result<storage::Database>(fail(ErrorKind::Io, {}));
    if (database || !forReading)
        return database ? readAll(*database, state)
                        : Result<void>(tl::unexpected(database.error()));
    return readAll(*forReading, state).map([&] {
        qCCritical(lcStorage, "%s", database.error().message.c_str());
        state.trouble = "the database can only be read";
    });
}

/// The file and what belongs to it, under a name that nobody uses.
Result<std::string> keepAside(const std::string &path) {
    const QString aside =
        q(path) + QStringLiteral(".damaged-") +
        QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmsszzz"));
    for (const char *part : {"", "-wal", "-shm"}) {
        const QString file = q(path) + QLatin1StringView(part);
        if (QFile::exists(file) && !QFile::rename(file, aside + QLatin1StringView(part)))
            return fail(ErrorKind::Io, "cannot move the damaged " + file.toStdString() + " aside");
    }
    return QFileInfo(aside).fileName().toStdString();
}

/// For strangers: they need not know where it lies.
std::string reasonOf(const Error &error) {
    switch (error.kind) {
    case ErrorKind::ReadOnly:
        return "the database can only be read";
    case ErrorKind::Damaged:
        return "the database is damaged";
    default:
        return "the database cannot be written";
    }
}

} // namespace

Result<std::unique_ptr<NodeStore>> NodeStore::open(const std::string &dir, StoredState &state,
                                                   Told told) {
    if (!QDir().mkpath(q(dir)))
        return fail(ErrorKind::Io, "cannot make the folder " + dir);
    auto held = lock(dir);
    if (!held)
        return tl::unexpected(held.error());
    const std::string path = dir + "/registry.sqlite";
    if (const auto read = readFile(path, state); !read) {
        if (read.error().kind != ErrorKind::Damaged)
            return tl::unexpected(read.error());
        const auto aside = keepAside(path);
        if (!aside)
            return tl::unexpected(aside.error());
        state = {};
        state.trouble = "the database was damaged, and is kept as " + *aside;
        if (const auto made = readFile(path, state); !made)
            return tl::unexpected(made.error());
    }
    if (!state.trouble.empty())
        qCCritical(lcStorage, "%s: %s", path.c_str(), state.trouble.c_str());
    return std::unique_ptr<NodeStore>(new NodeStore(path, std::move(*held), std::move(told)));
}

NodeStore::NodeStore(const std::string &path, std::unique_ptr<QLockFile> lock, Told told)
    : m_lock(std::move(lock)), m_told(std::move(told)),
      m_writer(
          path, migrations(),
          [this](storage::Database &database, const Batch &batch) {
              return write(database, batch);
          },
          [this](const Error &error, Batch &batch) { failed(error, batch); }) {}

template <typename Edit>
void NodeStore::change(Edit edit, std::uint64_t ticket) {
    m_writer.change(
        [&](Batch &waiting) {
            edit(waiting);
            waiting.upTo = ticket;
            waiting.round = m_round;
        },
        true);
}

void NodeStore::putDeveloper(const DeveloperRow &row, std::uint64_t ticket) {
    change([&](Batch &waiting) { waiting.developers[row.developerId] = developerText(row); },
           ticket);
}

void NodeStore::removeDeveloper(const std::string &developerId, std::uint64_t ticket) {
    change([&](Batch &waiting) { waiting.developers[developerId] = std::nullopt; }, ticket);
}

void NodeStore::putEntity(const EntityRow &row, std::uint64_t ticket) {
    change(
        [&](Batch &waiting) {
            waiting.entities[row.entityId] = row;
            waiting.liveness.erase(row.entityId);
        },
        ticket);
}

void NodeStore::removeEntity(const std::string &entityId, const Tombstone &tombstone,
                             std::uint64_t ticket) {
    change(
        [&](Batch &waiting) {
            waiting.entities[entityId] = std::nullopt;
            waiting.liveness.erase(entityId);
            waiting.tombstones[entityId] = tombstone;
        },
        ticket);
}

void NodeStore::purgeTombstones(UtcTime before) {
    m_writer.change([&](Batch &waiting) { waiting.purgeBefore = before; }, false);
}

void NodeStore::putLiveness(const std::string &entityId, UtcTime lastHeartbeat, bool active) {
    m_writer.change(
        [&](Batch &waiting) {
            waiting.liveness[entityId] = {lastHeartbeat, active};
        },
        false);
}

void NodeStore::beginRound(std::uint64_t round) {
    m_round = round;
    m_writer.change([](Batch &waiting) { waiting.dropChanges(); }, false);
}

void NodeStore::Batch::dropChanges() {
    developers.clear();
    entities.clear();
    tombstones.clear();
    upTo = 0;
}

void NodeStore::Batch::addOlder(Batch &&older) {
    // Its changes were told of, as not written.
    for (auto &[id, known] : older.liveness)
        if (!entities.contains(id))
            liveness.emplace(id, known);
    if (!purgeBefore)
        purgeBefore = older.purgeBefore;
}

void NodeStore::failed(const Error &error, Batch &batch) {
    m_told({batch.upTo, batch.round, reasonOf(error)});
    if (batch.upTo > 0)
        m_failedRound = batch.round;
    batch.dropChanges();
}

Result<void> NodeStore::write(storage::Database &database, const Batch &batch) {
    if (batch.upTo > 0 && batch.round <= m_failedRound) // it may rest on what was not written
        return fail(ErrorKind::Io, "what came before could not be written");
    auto written = database.transaction([&batch](const storage::Database::Run &run) {
        bool good = true;
        for (const auto &[id, record] : batch.developers)
            good = good &&
                   (record ? run(QStringLiteral("INSERT OR REPLACE INTO developers VALUES(?,?)"),
                                 {q(id), q(*record)})
                           : run(QStringLiteral("DELETE FROM developers WHERE developer_id=?"),
                                 {q(id)}));
        for (const auto &[id, row] : batch.entities)
            good = good &&
                   (row ? run(QStringLiteral("INSERT OR REPLACE INTO entities VALUES(?,?,?,?,?)"),
                              {q(id), static_cast<qulonglong>(row->sequence), q(toStoredJson(*row)),
                               ns(row->lastHeartbeat), row->active})
                        : run(QStringLiteral("DELETE FROM entities WHERE entity_id=?"), {q(id)}));
        for (const auto &[id, tombstone] : batch.tombstones)
            good = good && run(QStringLiteral("INSERT OR REPLACE INTO tombstones VALUES(?,?,?)"),
                               {q(id), ns(tombstone.at), q(Json(tombstone.signatures).dump())});
        if (batch.purgeBefore)
            good = good && run(QStringLiteral("DELETE FROM tombstones WHERE at_ns<?"),
                               {ns(*batch.purgeBefore)});
        for (const auto &[id, liveness] : batch.liveness)
            good = good && run(QStringLiteral("UPDATE entities SET last_heartbeat_ns=?, active=? "
                                              "WHERE entity_id=?"),
                               {ns(liveness.lastHeartbeat), liveness.active, q(id)});
        return good;
    });
    if (written)
        m_told({batch.upTo, batch.round, std::nullopt});
    return written;
}

} // namespace heartline::node
