package dev.midstream.reassembly.path;

import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;

/**
 * What the paths, the lifecycle and the timers of one engine share: its configuration, counters and
 * events, the stages, and the classes that send what a packet does not carry itself.
 */
public record Stages(
    EngineConfiguration configuration,
    Counters counters,
    EventSink events,
    HeaderRewrite headers,
    Admission admission,
    Delivery delivery,
    Emission emission,
    ResetSender resets,
    CustodyPolicy custody,
    Retransmitter retransmitter,
    OutputDrain drain,
    MemoryRelief relief,
    EndpointDuties duties,
    PacketBuilders builders) {

  boolean isInline() {
    return configuration.vantage() == Vantage.INLINE;
  }
}
