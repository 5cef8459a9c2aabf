// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/watch_store.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlError>
#include <QVariant>

namespace heartline::history {

namespace {

storage::Database::Migrations migrations() {
    return {
        {QStringLiteral(
            "CREATE TABLE watches(developer_id TEXT NOT NULL, registry TEXT NOT NULL, "
            "entity_id TEXT NOT NULL, name TEXT NOT NULL, registered_ns INTEGER, "
            "beat_earliest_ns INTEGER, beat_latest_ns INTEGER, ever_beat INTEGER NOT NULL, "
            "gone INTEGER NOT NULL, alerted INTEGER NOT NULL, raised_ns INTEGER, "
            "down_since_ns INTEGER, PRIMARY KEY(developer_id, registry, entity_id)) "
            "WITHOUT ROWID")},
        {QStringLiteral("ALTER TABLE watches ADD COLUMN beat_stamp_ns INTEGER"),
         QStringLiteral("UPDATE watches SET beat_stamp_ns=beat_earliest_ns")},
        {QStringLiteral("CREATE TABLE registries(registry TEXT NOT NULL PRIMARY KEY, "
                        "registry_id TEXT NOT NULL) WITHOUT ROWID"),
         QStringLiteral("ALTER TABLE watches ADD COLUMN owned INTEGER NOT NULL DEFAULT 0")},
    };
}

QString q(const std::string &text) {
    return QString::fromStdString(text);
}

QVariant ns(const std::optional<UtcTime> &time) {
    return time ? QVariant(static_cast<qlonglong>(time->time_since_epoch().count())) : QVariant();
}

std::optional<UtcTime> timeOf(const QVariant &value) {
    return value.isNull() ? std::nullopt : std::optional(UtcTime(Nanoseconds(value.toLongLong())));
}

Result<void> readAll(const storage::Database &database, const std::string &developerId,
                     StoredFleet &stored) {
    QSqlQuery query = database.query();
    query.prepare(QStringLiteral(
        "SELECT registry, entity_id, name, registered_ns, beat_stamp_ns, beat_earliest_ns, "
        "beat_latest_ns, ever_beat, gone, alerted, raised_ns, down_since_ns, owned FROM watches "
        "WHERE "
        "developer_id=?"));
    query.addBindValue(q(developerId));
    if (!query.exec())
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    while (query.next())
        stored.watches.push_back(
            {query.value(0).toString().toStdString(), query.value(1).toString().toStdString(),
             query.value(2).toString().toStdString(), timeOf(query.value(3)),
             timeOf(query.value(4)), timeOf(query.value(5)), timeOf(query.value(6)),
             query.value(7).toBool(), query.value(8).toBool(), query.value(9).toBool(),
             timeOf(query.value(10)), timeOf(query.value(11)), query.value(12).toBool()});
    if (!query.exec(QStringLiteral("SELECT registry, registry_id FROM registries")))
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    while (query.next())
        stored.registryIds.emplace(query.value(0).toString().toStdString(),
                                   query.value(1).toString().toStdString());
    return {};
}

} // namespace

Result<std::unique_ptr<WatchStore>>
WatchStore::open(const std::string &path, const std::string &developerId, StoredFleet &stored) {
    const QString folder = QFileInfo(q(path)).absolutePath();
    if (!QDir().mkpath(folder))
        return fail(ErrorKind::Io, "cannot make the folder " + folder.toStdString());
    {
        const auto database = storage::Database::open(path, migrations());
        if (!database)
            return tl::unexpected(database.error());
        if (const auto read = readAll(*database, developerId, stored); !read)
            return tl::unexpected(read.error());
    }
    return std::unique_ptr<WatchStore>(new WatchStore(path, developerId));
}

WatchStore::WatchStore(const std::string &path, const std::string &developerId)
    : m_writer(
          path, migrations(),
          [developer = q(developerId)](storage::Database &database, const Batch &batch) {
              return database.transaction([&](const storage::Database::Run &run) {
                  bool good = true;
                  for (const auto &[key, w] : batch.watches)
                      good = good &&
                             (w ? run(QStringLiteral("INSERT OR REPLACE INTO watches "
                                                     "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
                                      {developer, q(w->registry), q(w->entityId), q(w->name),
                                       ns(w->registeredAt), ns(w->beatEarliest), ns(w->beatLatest),
                                       w->everBeat, w->gone, w->alerted, ns(w->raisedAt),
                                       ns(w->downSince), ns(w->beatStamp), w->owned})
                                : run(QStringLiteral("DELETE FROM watches WHERE developer_id=? "
                                                     "AND registry=? AND entity_id=?"),
                                      {developer, q(key.first), q(key.second)}));
                  for (const auto &[registry, id] : batch.registryIds)
                      good = good && run(QStringLiteral("INSERT OR REPLACE INTO registries "
                                                        "VALUES(?,?)"),
                                         {q(registry), q(id)});
                  return good;
              });
          }) {}

void WatchStore::put(const StoredWatch &watch, bool urgent) {
    m_writer.change(
        [&](Batch &waiting) {
            waiting.watches[{watch.registry, watch.entityId}] = watch;
        },
        urgent);
}

void WatchStore::putRegistry(const std::string &registry, const std::string &registryId) {
    m_writer.change([&](Batch &waiting) { waiting.registryIds[registry] = registryId; }, true);
}

void WatchStore::remove(const std::string &registry, const std::string &entityId) {
    m_writer.change(
        [&](Batch &waiting) {
            waiting.watches[{registry, entityId}] = std::nullopt;
        },
        true);
}

} // namespace heartline::history
