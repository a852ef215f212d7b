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

/** The stages that several paths share, one set for an engine. */
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
    EndpointDuties duties) {

  boolean isInline() {
    return configuration.vantage() == Vantage.INLINE;
  }
}
