package dev.midstream.gateway.run;

import dev.midstream.gateway.admin.AdminServer;
import dev.midstream.gateway.admin.InterfaceStates;
import dev.midstream.gateway.admin.Node;
import dev.midstream.gateway.admin.WorkerHandle;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.AdminSettings;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ListenAddress;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.WorkerEvents;
import dev.midstream.gateway.record.Recording;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of a running node: events, a recording, interfaces, and answers to who asks.
 * It is opened before the ports, and told of each worker.
 */
final class Operations implements AutoCloseable {
  private final EventJournal journal;
  private final InterfaceStates interfaces;
  private final Node node;
  private final Consumer<String> log;
  private final @Nullable Recording recording;
  private @Nullable AdminServer admin;

  private Operations(
      Configuration configuration,
      EventJournal journal,
      @Nullable Recording recording,
      Consumer<String> log) {
    this.journal = journal;
    this.recording = recording;
    this.log = log;
    interfaces =
        new InterfaceStates(configuration.port().inside(), configuration.port().outside(), log);
    node = new Node(configuration.mode(), interfaces, journal, recording);
  }

  /**
   * Opens the file of events and listens.
   *
   * @param log takes what changes
   * @throws InputException if something that the configuration names is not possible
   */
  static Operations open(
      Configuration configuration, @Nullable RecordRequest record, Consumer<String> log)
      throws InputException {
    EventJournal journal =
        EventJournal.open(configuration.eventsFile(), configuration.eventsPerSecond(), log);
    @Nullable Recording recording = null;
    try {
      recording = record == null ? null : Recording.open(record, configuration.port(), log);
      Operations operations = new Operations(configuration, journal, recording, log);
      operations.listen(configuration.admin());
      return operations;
    } catch (InputException e) {
      if (recording != null) {
        recording.close();
      }
      journal.close();
      throw e;
    }
  }

  /** Hears of the interfaces, from every port. */
  InterfaceStates interfaces() {
    return interfaces;
  }

  /** What one more worker's engine tells its events to. */
  WorkerEvents newEvents() {
    return journal.worker();
  }

  /** What one more worker's port passes packets through. */
  Box recorded(InlineBox.DatedBox box, Engine engine) {
    return recording == null ? box : recording.around(box, engine, box::timeOfDay);
  }

  /** One more worker can be looked at. */
  void add(WorkerHandle worker) {
    node.add(worker);
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close();
    }
    if (recording != null) {
      recording.close();
    }
    journal.close();
  }

  private void listen(AdminSettings settings) throws InputException {
    ListenAddress address = settings.listen();
    if (address == null) {
      return;
    }
    try {
      admin = AdminServer.open(address, node);
    } catch (IOException e) {
      String problem = "admin cannot listen, address=" + address + " error=" + e.getMessage();
      if (settings.named()) {
        throw new InputException(problem);
      }
      log.accept(problem + ", status and connections are not answered");
    }
  }
}
